"""Files in the composer: put in, taken out, sent; with scripts and without."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inbox.models import Conversation, Media, Message
from tests.cast import Cast, a_conversation

KETTLE = Path("simulator/samples/kettle.jpg").read_bytes()


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_file(data: bytes = KETTLE, name: str = "kettle.jpg", mime_type: str = "image/jpeg"):
    return SimpleUploadedFile(name, data, mime_type)


def puts(client, thread: Conversation, file=None, **more):
    return client.post(f"/inbox/{thread.pk}/attachments/", {"file": file or a_file(), **more})


def id_in(answer) -> UUID:
    return UUID(re.search(r'data-attachment="([^"]+)"', answer.content.decode())[1])


def posts(client, thread: Conversation, **body):
    return client.post(f"/inbox/{thread.pk}/messages/", {"form_token": uuid4(), **body})


def said(thread: Conversation) -> list[tuple[str, str | None]]:
    rows = Message.objects.filter(conversation=thread, direction="outbound").order_by("id")
    return [(one.type, one.content["body"]) for one in rows]


def test_a_file_becomes_a_chip_with_its_picture(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina, htmx=True)
    answer = puts(client, thread)
    media = Media.objects.get(direction="outbound")
    assert answer.status_code == 201
    assert id_in(answer) == media.pk
    assert (media.kind, media.conversation, media.message) == ("image", thread, None)
    assert client.get(f"/media/{media.pk}/thumbnail/").status_code == 200


def test_a_stranger_sees_nothing_of_an_attachment(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    media = id_in(puts(browser(cast.amina), thread))
    stranger = browser(cast.eve)
    assert puts(stranger, thread).status_code == 404
    assert stranger.get(f"/media/{media}/").status_code == 404
    removing = f"/inbox/{thread.pk}/attachments/{media}/remove/"
    assert stranger.post(removing).status_code == 404
    assert Media.objects.filter(pk=media).exists()


def test_what_is_taken_out_is_gone(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina, htmx=True)
    media = id_in(puts(client, thread))
    answer = client.post(f"/inbox/{thread.pk}/attachments/{media}/remove/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert not Media.objects.filter(pk=media).exists()


@pytest.mark.parametrize(
    ("file", "more", "status"),
    [
        pytest.param(a_file(b""), {}, 422, id="empty"),
        pytest.param(a_file(b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)), {}, 413, id="picture"),
        pytest.param(a_file(KETTLE), {"goes_as": "sticker"}, 415, id="no-sticker"),
        pytest.param(a_file(b"plain words"), {"voice": "1"}, 415, id="no-recording"),
    ],
)
def test_what_cannot_go_is_refused_with_a_sentence(cast, browser, file, more, status) -> None:
    answer = puts(browser(cast.amina, htmx=True), a_conversation(cast.number), file, **more)
    assert answer.status_code == status
    assert "notice__body" in answer.content.decode()
    assert not Media.objects.filter(direction="outbound").exists()


def test_what_whatsapp_takes_as_nothing_else_goes_as_a_document(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina)
    puts(client, thread, a_file(b"GIF89a" + bytes(40), "dance.gif", "image/gif"))
    assert Media.objects.get(direction="outbound").kind == "document"


def test_files_and_text_are_sent_in_order(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina, htmx=True)
    ids = [id_in(puts(client, thread)) for _ in range(2)]
    body = {"attachment": ids, f"caption:{ids[1]}": "The second", "text": "Look"}
    answer = posts(client, thread, **body)
    assert answer.content.decode().count("<article") == 3
    assert said(thread) == [("text", "Look"), ("image", None), ("image", "The second")]


def test_without_scripts_the_form_carries_the_files_themselves(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina)
    answer = posts(client, thread, files=[a_file()], text="This one")
    assert answer.status_code == 302
    assert said(thread) == [("image", "This one")]


def test_a_closed_window_keeps_the_files_and_says_so(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, hours_ago=25)
    client = browser(cast.amina, htmx=True)
    media = id_in(puts(client, thread))
    answer = posts(client, thread, attachment=[media], text="Late")
    assert answer.status_code == 422
    assert Media.objects.get(pk=media).message is None


def test_a_file_of_another_conversation_cannot_be_sent(cast: Cast, browser) -> None:
    mine, other = a_conversation(cast.number), a_conversation(cast.number, wa_id="12025550199")
    client = browser(cast.amina)
    media = id_in(puts(client, other))
    assert posts(client, mine, attachment=[media]).status_code == 404


@pytest.mark.usefixtures("ffmpeg")
@pytest.mark.parametrize(("codec", "ending"), [("libopus", "webm"), ("aac", "mp4")])
def test_what_a_browser_recorded_becomes_a_voice_note(
    cast: Cast, browser, recorded, codec, ending
) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina)
    file = a_file(recorded(codec, ending), f"voice.{ending}", f"audio/{ending}")
    assert puts(client, thread, file, voice="1").status_code == 201
    media = Media.objects.get(direction="outbound")
    assert (media.kind, media.mime_type, media.voice) == ("voice", "audio/ogg", True)
    assert media.duration_ms == pytest.approx(1000, abs=120)
    posts(client, thread, attachment=[media.pk])
    message = Message.objects.get(type="voice")
    assert message.payload["audio"]["voice"] is True


@pytest.mark.usefixtures("ffmpeg")
def test_without_ffmpeg_a_recording_goes_as_a_sound_and_the_chip_says_so(
    cast: Cast, browser, recorded, monkeypatch
) -> None:
    file = a_file(recorded("aac", "mp4"), "voice.mp4", "audio/mp4")
    monkeypatch.setenv("PATH", "/nowhere")
    answer = puts(browser(cast.amina), a_conversation(cast.number), file, voice="1")
    assert Media.objects.get(direction="outbound").kind == "audio"
    assert "attachment__note" in answer.content.decode()
