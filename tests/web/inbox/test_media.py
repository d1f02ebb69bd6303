"""Files in the browser: bytes and ranges, what a bubble says of them, the gallery."""

from __future__ import annotations

import asyncio
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event
from inbox import fetching
from inbox.actions.importing import import_file
from inbox.models import Media, MediaState, Message
from tests.cast import Cast, a_cast, a_conversation, arrives, envelope, says

SAMPLES = Path("simulator/samples")
KETTLE = (SAMPLES / "kettle.jpg").read_bytes()
SIZE = len(KETTLE)
FILES = {
    "image": ("kettle.jpg", "image/jpeg"),
    "video": ("kettle.mp4", "video/mp4"),
    "voice": ("voice.ogg", "audio/ogg; codecs=opus"),
    "audio": ("song.mp3", "audio/mpeg"),
    "document": ("receipt.pdf", "application/pdf"),
    "sticker": ("sticker.webp", "image/webp"),
}


@pytest.fixture(autouse=True)
def room(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_file(cast: Cast, kind: str = "image", *, minutes_ago: float = 0, **fields: Any) -> Media:
    """A file that Dora sent. fields: of the row; `state` other than ready means it is not here."""
    wamid = f"wamid.{uuid.uuid4().hex}"
    name, mime_type = FILES[kind]
    wire_kind = "audio" if kind == "voice" else kind
    at = timezone.now() - timedelta(minutes=minutes_ago)
    content = {"id": "77", "mime_type": mime_type} | ({"voice": True} if kind == "voice" else {})
    message = {
        "id": wamid,
        "from": "12025550143",
        "timestamp": str(int(at.timestamp())),
        "type": wire_kind,
        wire_kind: content,
    }
    contact = {"profile": {"name": "Dora Lindqvist"}, "wa_id": "12025550143"}
    arrives(cast.number, envelope({"contacts": [contact], "messages": [message]}), at=at)
    media = Media.objects.get(message__wamid=wamid)
    source = fields.pop("source", SAMPLES / name)
    if fields.get("state", "ready") == "ready":
        import_file(media.pk, source)
    Media.objects.filter(pk=media.pk).update(**fields)
    return Media.objects.select_related("message").get(pk=media.pk)


def thread(media: Media) -> str:
    return f"/inbox/{media.message.conversation_id}/"


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


# --- bytes ---


RANGES = [
    ("bytes=0-1", 206, 0, 1),  # Safari's first question
    ("bytes=100-", 206, 100, SIZE - 1),
    ("bytes=-10", 206, SIZE - 10, SIZE - 1),
    ("bytes=10-999999999", 206, 10, SIZE - 1),
    ("bytes=0-", 200, 0, SIZE - 1),
    (f"bytes={SIZE}-", 416, 0, 0),
    ("bytes=5-4", 416, 0, 0),
    ("bytes=-0", 416, 0, 0),
    ("bytes=-", 416, 0, 0),
    ("bytes=a-b", 416, 0, 0),
    ("bytes=" + ",".join(["0-0"] * 1000), 416, 0, 0),
    ("bytes=" + "9" * 400 + "-", 416, 0, 0),
    ("lines=1-2", 200, 0, SIZE - 1),
]


@pytest.mark.case("S58")
def test_one_range_is_given_or_none(cast: Cast, browser) -> None:
    media = a_file(cast)
    for asked, status, first, last in RANGES:
        answer = browser(cast.amina).get(f"/media/{media.pk}/", HTTP_RANGE=asked)
        assert answer.status_code == status, asked
        if status == 416:
            assert answer["Content-Range"] == f"bytes */{SIZE}", asked
            continue
        assert body(answer) == KETTLE[first : last + 1], asked
        assert answer["Content-Length"] == str(last - first + 1), asked
        if status == 206:
            assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}", asked


def test_a_range_of_another_file_is_the_whole_file(cast: Cast, browser) -> None:
    media = a_file(cast)
    client, how = browser(cast.amina), {"HTTP_RANGE": "bytes=0-1"}
    same = client.get(f"/media/{media.pk}/", HTTP_IF_RANGE=f'"{media.sha256}"', **how)
    other = client.get(f"/media/{media.pk}/", HTTP_IF_RANGE='"other"', **how)
    assert (len(body(same)), len(body(other))) == (2, SIZE)


@pytest.mark.case("S42")
def test_every_answer_has_the_same_guards(cast: Cast, browser) -> None:
    media = a_file(cast)
    for tail in ("", "thumbnail/", "?download", "range"):
        how = {"HTTP_RANGE": "bytes=999999-"} if tail == "range" else {}
        answer = browser(cast.amina).get(f"/media/{media.pk}/{tail.replace('range', '')}", **how)
        assert answer["X-Content-Type-Options"] == "nosniff", tail
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox", tail
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", tail
        assert answer["Cache-Control"] == "private, no-store", tail
        assert not answer.cookies, tail
        b"".join(answer)  # a file is open until it is read


@pytest.mark.case("S43", "S44", "S45", "S46", "S47", "S48")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.html", b"<!doctype html><script>alert(1)</script>"),
        ("kitten.jpg", b"<html><script>alert(1)</script>"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("x.js", b"alert(document.domain)"),
        ("x.pdf", b"%PDF-1.7\n<script>alert(1)</script>"),
        ("x.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("x.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related"),
    ],
)
def test_nothing_active_is_ever_shown(cast: Cast, browser, tmp_path, name, content) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    media = a_file(cast, "image", source=source, filename=name)
    answer = browser(cast.amina).get(f"/media/{media.pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert body(answer) == content


@pytest.mark.case("S46")
def test_a_file_is_no_script_style_or_frame(cast: Cast, browser, tmp_path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"GIF89a/*..*/=alert(1)//")
    media = a_file(cast, source=source)
    client, address = browser(cast.amina), f"/media/{media.pk}/"
    for wanted in ("script", "style", "worker", "iframe", "object"):
        assert client.get(address, HTTP_SEC_FETCH_DEST=wanted).status_code == 403, wanted
    shown = client.get(address, HTTP_SEC_FETCH_DEST="image")
    assert shown["X-Content-Type-Options"] == "nosniff"
    shown.close()


@pytest.mark.case("S49", "S50")
def test_a_download_has_a_clean_name(cast: Cast, browser) -> None:
    media = a_file(cast, "document", filename='../a"\r\nX-Evil: 1;\u202egpj.exe')
    answer = browser(cast.amina).get(f"/media/{media.pk}/?download")
    assert answer["Content-Disposition"] == 'attachment; filename="a_X-Evil_ 1_gpj.exe"'
    answer.close()


def test_a_file_that_is_lost_is_missing_and_no_error(cast: Cast, browser, tmp_path) -> None:
    media = a_file(cast)
    (tmp_path / media.path).unlink()
    (tmp_path / media.thumbnail).unlink()
    client = browser(cast.amina)
    assert client.get(f"/media/{media.pk}/").status_code == 404
    assert client.get(f"/media/{media.pk}/thumbnail/").status_code == 404


@pytest.mark.case("S55")
@pytest.mark.parametrize("tail", ["", "thumbnail/", "?download"])
def test_what_was_taken_back_is_not_given_out(cast: Cast, browser, tail: str) -> None:
    media = a_file(cast)
    Message.objects.update(deleted_at=timezone.now())
    assert browser(cast.amina).get(f"/media/{media.pk}/{tail}").status_code == 404


@pytest.mark.case("S55")
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_thumbnail_of_another_shop_does_not_exist(cast: Cast, browser, client, method) -> None:
    address = f"/media/{a_file(cast).pk}/thumbnail/"
    assert getattr(browser(cast.amina), method)(address).status_code == 200
    assert getattr(browser(cast.eve), method)(address).status_code == 404
    assert "/login/" in getattr(client, method)(address)["Location"]


@pytest.mark.django_db(transaction=True)
def test_a_server_sends_piece_by_piece() -> None:
    """Django itself would read all of a file into memory before it sends the first byte."""
    cast = a_cast()
    media = a_file(cast)

    async def pieces() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(cast.amina)
        answer: Any = await client.get(f"/media/{media.pk}/")
        found = [piece async for piece in answer]
        answer.close()
        return found

    assert b"".join(asyncio.run(pieces())) == KETTLE


# --- bubbles ---


def shown(browser, person, media: Media) -> str:
    text = browser(person).get(thread(media)).text
    found = re.search(rf'<article id="m-{media.message_id}".*?</article>', text, re.S)
    return found[0] if found else ""


def test_a_thread_shows_the_thumbnail_and_leads_to_the_original(cast: Cast, browser) -> None:
    media = a_file(cast)
    bubble = shown(browser, cast.amina, media)
    assert f'src="/media/{media.pk}/thumbnail/"' in bubble
    assert f'href="/media/{media.pk}/"' in bubble
    assert 'width="384" height="288"' in bubble


@pytest.mark.case("S51")
def test_a_picture_without_a_thumbnail_is_a_document(cast: Cast, browser, tmp_path) -> None:
    source = tmp_path / "cut.jpg"
    source.write_bytes(KETTLE[:4000])
    bubble = shown(browser, cast.amina, a_file(cast, source=source))
    assert "<img" not in bubble
    assert "?download" in bubble


def test_a_sticker_moves_unless_the_reader_wants_it_still(cast: Cast, browser) -> None:
    media = a_file(cast, "sticker", animated=True)
    bubble = shown(browser, cast.amina, media)
    assert f'src="/media/{media.pk}/"' in bubble
    assert f'srcset="/media/{media.pk}/thumbnail/" media="(prefers-reduced-motion' in bubble


def test_a_voice_note_brings_its_length_and_outline(cast: Cast, browser) -> None:
    media = a_file(cast, "voice", duration_ms=65_400, peaks=[31] * 64)
    bubble = shown(browser, cast.amina, media)
    assert 'data-duration="65.4"' in bubble
    assert bubble.count("v30") == 64
    assert len(bubble) < 4 * 1024


@pytest.mark.case("S48")
def test_a_program_is_named_as_one(cast: Cast, browser) -> None:
    harmless = shown(browser, cast.amina, a_file(cast, "document", filename="invoice.pdf"))
    program = shown(browser, cast.amina, a_file(cast, "document", filename="invoice.pdf.exe"))
    assert "media__warning" not in harmless
    assert "media__warning" in program


@pytest.mark.parametrize(
    ("fields", "can_retry"),
    [
        ({"state": "pending"}, False),
        ({"state": "pending", "attempts": 1, "error": fetching.UNREACHABLE}, False),
        ({"state": "pending", "attempts": 2, "error": fetching.UNREACHABLE}, True),
        ({"state": "failed", "error": fetching.CORRUPT}, True),
        ({"state": "expired", "error": fetching.GONE}, True),
        ({"state": "failed", "error": "Meta's own words", "meta_media_id": ""}, False),
    ],
)
@pytest.mark.case("F55")
def test_what_is_not_here_says_why_and_offers_what_helps(
    cast: Cast, browser, fields: dict[str, Any], can_retry: bool
) -> None:
    bubble = shown(browser, cast.amina, a_file(cast, **fields))
    assert ("/retry/" in bubble) is can_retry
    assert fetching.UNREACHABLE not in bubble.replace("/retry/", "")
    if fields.get("error", "").startswith("Meta"):
        assert "Meta&#x27;s own words" in bubble


def test_retry_works_with_and_without_a_script(cast: Cast, browser) -> None:
    media = a_file(cast, state="expired", error=fetching.GONE)
    address = f"{thread(media)}media/{media.pk}/retry/"
    without = browser(cast.amina).post(address)
    assert (without.status_code, without["Location"]) == (
        302,
        f"{thread(media)}#m-{media.message_id}",
    )
    assert Media.objects.get().state == MediaState.PENDING
    with_script = browser(cast.ben, htmx=True).post(address)
    assert f'id="m-{media.message_id}"' in with_script.text
    assert Event.objects.filter(kind="message.changed", actor_type="agent").count() == 2


def test_a_stranger_cannot_ask_again(cast: Cast, browser) -> None:
    media = a_file(cast, state="expired", error=fetching.GONE)
    address = f"{thread(media)}media/{media.pk}/retry/"
    assert browser(cast.eve).post(address).status_code == 404
    other = a_conversation(cast.number, wa_id="12025550999")
    elsewhere = f"/inbox/{other.pk}/media/{media.pk}/retry/"
    assert browser(cast.amina).post(elsewhere).status_code == 404
    assert Media.objects.get().state == MediaState.EXPIRED


# --- the gallery ---


def in_gallery(text: str, place: str) -> list[str]:
    return re.findall(rf'id="{place}-([0-9a-f-]{{36}})"', text)


def panel(text: str) -> str:
    return text[text.index('id="panel"') :]


def test_the_panel_shows_the_newest_files_and_links(cast: Cast, browser) -> None:
    files = [a_file(cast, "image", minutes_ago=n) for n in range(8)]
    document = a_file(cast, "document", filename="invoice.pdf")
    a_file(cast, "voice")
    a_file(cast, "image", state="pending")
    says(cast.number, "see https://kettle.example/a?b=1&c=2, please")
    text = panel(browser(cast.amina).get(thread(document)).text)
    wanted = [str(one.pk) for one in [*files[:6], document]]
    assert in_gallery(text, "p") == wanted
    assert 'href="https://kettle.example/a?b=1&amp;c=2"' in text


def test_a_thread_without_files_has_no_such_section(cast: Cast, browser) -> None:
    conversation = a_conversation(cast.number)
    text = panel(browser(cast.amina).get(f"/inbox/{conversation.pk}/").text)
    assert "gallery" not in text


def test_many_files_cost_as_many_queries_as_one(cast: Cast, browser) -> None:
    media, client = a_file(cast, "image"), browser(cast.amina)
    a_file(cast, "document")
    says(cast.number, "https://kettle.example/1")
    address = f"{thread(media)}media/"
    one, page = queries_of(client, thread(media)), queries_of(client, address)
    for n in range(5):
        a_file(cast, "image")
        a_file(cast, "document")
        says(cast.number, f"https://kettle.example/{n}")
    assert queries_of(client, thread(media)) == one
    assert queries_of(client, address) == page


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def many_files(cast: Cast, count: int) -> Media:
    """So many pictures, of which only the first has bytes."""
    first = a_file(cast)
    message = first.message
    for n in range(1, count):
        # Two of each moment: the page must end between twins too.
        copy = Message.objects.get(pk=message.pk)
        copy.pk, copy.wamid = uuid.uuid4(), f"wamid.copy{n}"
        copy.at = message.at - timedelta(minutes=n // 2)
        copy.save(force_insert=True)
        file = Media.objects.get(pk=first.pk)
        file.pk, file.message = uuid.uuid4(), copy
        file.save(force_insert=True)
    return first


def test_the_gallery_goes_on_where_it_ended_also_when_something_arrives(
    cast: Cast, browser
) -> None:
    first = many_files(cast, 130)
    client, seen, address = browser(cast.amina, htmx=True), [], f"{thread(first)}media/"
    while address:
        text = client.get(address).text
        seen += in_gallery(text, "g")
        more = re.search(r'hx-get="([^"]+)"', text)
        address = more[1].replace("&amp;", "&") if more else ""
        a_file(cast)
    assert len(seen) == len(set(seen)) == 130


def test_any_address_of_the_gallery_is_a_page(cast: Cast, browser) -> None:
    media = a_file(cast)
    says(cast.number, "https://[half/an address and https://kettle.example/")
    client = browser(cast.amina)
    for tab in ("media", "documents", "links", "other"):
        for before in ("", "x", "~", "20261118T000000.000000Z~x", "~" + "0" * 4000):
            answer = client.get(f"{thread(media)}media/", {"tab": tab, "before": before})
            assert answer.status_code == 200, (tab, before)
            assert "<html" in answer.text, (tab, before)


@pytest.mark.case("S55")
def test_the_gallery_of_another_shop_does_not_exist(cast: Cast, browser, client) -> None:
    address = f"{thread(a_file(cast))}media/"
    assert browser(cast.eve).get(address).status_code == 404
    assert "/login/" in client.get(address)["Location"]
