"""Files over REST: given, fetched from a link, sent, read back."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inbox.models import Conversation, Media, Message, MetaUpload
from tests.cast import DORA, PHONE_NUMBER_ID, a_conversation, a_number
from tests.web.api.conftest import PREFIX, Caller, a_key
from tests.web.api.somebodys_site import KETTLE, PDF

LATER = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def thread(cast) -> Conversation:
    return a_conversation(cast.number)


def gives(shop: Caller, data: bytes = KETTLE, name: str = "kettle.jpg", **more: str):
    """POST /media as a form."""
    file = SimpleUploadedFile(name, data, more.pop("content_type", "image/jpeg"))
    return shop.client.post(
        f"{PREFIX}/media", {"file": file, **more}, headers={"X-API-Key": shop.key}
    )


def error_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def sent(shop: Caller, path: str, body: dict) -> Message:
    answer = shop.post(path, {"to": DORA} | body, **LATER)
    assert answer.status_code == 202, answer.content
    return Message.objects.get(pk=answer.json()["data"]["id"])


# --- giving ---


def test_a_file_given_as_a_form_has_an_id_to_send_with(shop, thread):
    data = gives(shop).json()["data"]
    assert data["id"] == data["media_id"]
    assert (data["kind"], data["mime_type"], data["size"]) == ("image", "image/jpeg", len(KETTLE))
    assert data["meta_media_id"] is None
    message = sent(shop, "/messages/image", {"media_id": data["id"], "caption": "This one"})
    assert message.media.sha256 == data["sha256"]
    assert message.content["body"] == "This one"


def test_one_file_may_be_sent_many_times(shop, thread):
    body = {"media_id": gives(shop).json()["data"]["id"]}
    messages = [sent(shop, "/messages/image", body) for _ in range(2)]
    assert len({one.media.pk for one in messages}) == 2
    assert len({one.media.path for one in messages}) == 1


@pytest.mark.parametrize("form", ["json", "text part"])
def test_base64_is_taken_in_both_forms(shop, thread, form):
    body = {"file": base64.b64encode(PDF).decode(), "filename": "bill.pdf"}
    if form == "json":
        answer = shop.post("/media", body)
    else:
        answer = shop.client.post(f"{PREFIX}/media", body, headers={"X-API-Key": shop.key})
    assert answer.status_code == 201, answer.content
    assert answer.json()["data"]["filename"] == "bill.pdf"
    assert answer.json()["data"]["kind"] == "document"


def test_a_file_above_the_limit_of_other_bodies_is_taken(shop, thread):
    large = PDF + bytes(3 * 1024 * 1024)
    assert gives(shop, large, "large.pdf").status_code == 201
    body = {"file": base64.b64encode(large).decode()}
    assert shop.post("/media", body).status_code == 201


@pytest.mark.parametrize("name", ["from", "source"])
def test_with_a_number_it_goes_to_meta_at_once(shop, thread, name):
    gives(shop)
    assert not MetaUpload.objects.exists()
    gives(shop, **{name: PHONE_NUMBER_ID})
    assert MetaUpload.objects.get().state == "pending"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (422, "VALIDATION_ERROR")),
        ({"file": "no base64!"}, (422, "VALIDATION_ERROR")),
        ({"file": "aGk=", "colour": "red"}, (422, "VALIDATION_ERROR")),
        ({"file": "aGk=", "from": "+4930123456"}, (403, "NUMBER_NOT_ALLOWED")),
        (
            {"file": base64.b64encode(b"\xff\xd8\xff" + bytes(5 * 1024 * 1024)).decode()},
            (413, "MEDIA_TOO_LARGE"),
        ),
        (b"[]", (400, "BAD_REQUEST")),
    ],
)
def test_what_is_no_file_is_refused(shop, thread, body, answer):
    assert error_of(shop.post("/media", body)) == answer
    assert not Media.objects.filter(direction="outbound").exists()


# --- sending ---


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/messages", {"type": "image", "media": {}}, "image"),
        ("/messages", {"image": {}}, "image"),
        ("/messages", {"type": "media", "media": {"type": "image"}}, "image"),
        ("/messages", {"media": {}}, "image"),
        ("/messages", {"document": {"filename": "k.jpg", "caption": "Look"}}, "document"),
        ("/messages/media", {"type": "document"}, "document"),
        ("/messages/document", {}, "document"),
    ],
)
def test_a_file_goes_under_each_name_of_its_type(shop, thread, path, body, kind):
    media_id = gives(shop).json()["data"]["id"]
    if path != "/messages":
        body = body | {"media_id": media_id}
    else:
        name = next(key for key in body if key != "type")
        body = body | {name: body[name] | {"id": media_id}}
    message = sent(shop, path, body)
    assert (message.type, message.media.kind) == (kind, kind)


def test_what_meta_would_not_take_as_that_type_is_refused(shop, thread):
    document = gives(shop, PDF, "bill.pdf").json()["data"]["id"]
    for path in ("image", "audio", "sticker"):
        answer = shop.post(f"/messages/{path}", {"to": DORA, "media_id": document})
        assert error_of(answer) == (415, "MEDIA_TYPE_UNSUPPORTED")
        assert answer.json()["error"]["meta"]["allowed"]


def test_an_unknown_file_and_one_of_others_are_alike(cast, shop, thread):
    elsewhere = a_number(cast.eve.organization, waba_id="9", meta_phone_number_id="9")
    theirs = gives(Caller(a_key(elsewhere.organization).key)).json()["data"]["id"]
    for media_id in (theirs, str(uuid4())):
        answer = shop.post("/messages/image", {"to": DORA, "media_id": media_id})
        assert error_of(answer) == (404, "MEDIA_NOT_FOUND")


def test_an_id_of_metas_that_nobody_here_knows_goes_as_it_is(shop, thread):
    message = sent(shop, "/messages/image", {"media_id": "1234567890"})
    assert message.payload == {"type": "image", "image": {"id": "1234567890"}}
    assert not hasattr(message, "media")


def test_a_header_of_buttons_may_be_a_file(shop, thread):
    media_id = gives(shop).json()["data"]["id"]
    given = {
        "type": "button",
        "header": {"type": "image", "image": {"id": media_id}},
        "body": {"text": "This one?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]},
    }
    message = sent(shop, "/messages", {"interactive": given})
    header = message.payload["interactive"]["header"]["image"]
    assert header == {"id": f"baton:{message.media.pk}"}
    assert message.awaits_files


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"media_id": "1", "link": "https://x.example/a"},
        {"media_id": "1", "filename": "a"},
        {"media_id": "1", "caption": "c" * 1025},
    ],
)
def test_what_does_not_fit_a_picture_is_refused(shop, thread, body):
    answer = shop.post("/messages/image", {"to": DORA} | body)
    assert error_of(answer) == (422, "VALIDATION_ERROR")


# --- links ---


@pytest.mark.parametrize("name", ["link", "media_id", "url"])
def test_a_link_is_fetched_here_and_kept(shop, thread, site, name):
    message = sent(shop, "/messages/image", {name: f"{site.base}/kettle.jpg"})
    assert (message.media.kind, message.media.size) == ("image", len(KETTLE))
    assert message.payload["image"] == {"id": f"baton:{message.media.pk}"}


def test_a_document_of_a_link_has_the_name_in_its_address(shop, thread, site):
    message = sent(shop, "/messages/document", {"link": f"{site.base}/bill.pdf"})
    assert message.payload["document"]["filename"] == "bill.pdf"


def test_a_repeated_request_fetches_nothing(shop, thread, site):
    body = {"to": DORA, "link": f"{site.base}/kettle.jpg"}
    for _ in range(2):
        answer = shop.post("/messages/image", body, **LATER, Idempotency_Key="once")
        assert answer.status_code == 202, answer.content
    assert site.asked == ["/kettle.jpg"]


@pytest.mark.case("S67")
@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("/moved", (422, "MEDIA_FETCH_FAILED")),
        ("/gone", (422, "MEDIA_FETCH_FAILED")),
        ("/endless", (413, "MEDIA_TOO_LARGE")),
    ],
)
def test_a_link_that_gives_no_file_is_refused(shop, thread, site, page, answer):
    body = {"to": DORA, "link": site.base + page}
    assert error_of(shop.post("/messages/document", body)) == answer
    assert site.asked == [page]
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.case("S60", "S68")
@pytest.mark.parametrize(
    "link",
    [
        *("http://127.0.0.1:{port}/", "http://localhost:{port}/", "https://localhost./"),
        *("https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0/"),
        *("https://[::1]/", "file:///etc/passwd", "https://u:p@127.0.0.1/"),
    ],
)
def test_no_private_address_is_asked(shop, thread, site, settings, link):
    settings.OUTGOING_ALLOWED = []
    link = link.format(port=site.base.rpartition(":")[2])
    answer = shop.post("/messages/image", {"to": DORA, "link": link})
    assert error_of(answer) == (422, "URL_NOT_ALLOWED")
    assert site.asked == []


# --- reading ---


@pytest.mark.parametrize("path", ["/media/{id}/content", "/media?media_id={id}"])
def test_the_bytes_come_back_as_a_download(shop, thread, path):
    media_id = gives(shop).json()["data"]["id"]
    answer = shop.get(path.format(id=media_id))
    assert b"".join(answer) == KETTLE
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_part_of_a_file_may_be_asked_for(shop, thread):
    media_id = gives(shop).json()["data"]["id"]
    answer = shop.get(f"/media/{media_id}/content", Range="bytes=0-3")
    assert (answer.status_code, b"".join(answer)) == (206, KETTLE[:4])


def test_the_facts_name_metas_id_while_meta_has_it(shop, thread):
    media_id = gives(shop, **{"from": PHONE_NUMBER_ID}).json()["data"]["id"]
    at = timezone.now()
    MetaUpload.objects.update(state="ready", meta_media_id="4711", uploaded_at=at)
    data = shop.get(f"/media/{media_id}").json()["data"]
    assert data["meta_media_id"] == "4711"
    assert shop.get("/media/4711").json()["data"]["id"] == media_id


def test_a_key_reads_no_file_of_others(cast, shop, thread):
    elsewhere = a_number(cast.eve.organization, waba_id="9", meta_phone_number_id="9")
    theirs = gives(Caller(a_key(elsewhere.organization).key)).json()["data"]["id"]
    for path in (f"/media/{theirs}", f"/media/{theirs}/content", f"/media?media_id={theirs}"):
        assert error_of(shop.get(path)) == (404, "MEDIA_NOT_FOUND")


def test_a_file_that_is_still_on_its_way_cannot_be_sent_yet(cast, shop, thread):
    message = Message.objects.get(pk=thread.last_inbound_id)
    media = Media.objects.create(
        organization=cast.organization,
        phone_number=cast.number,
        message=message,
        meta_media_id="815",
        kind="image",
    )
    answer = shop.post("/messages/image", {"to": DORA, "media_id": str(media.pk)})
    assert error_of(answer) == (409, "MEDIA_NOT_READY")
    Media.objects.update(state="expired")
    answer = shop.get(f"/media/{media.pk}/content")
    assert error_of(answer) == (404, "MEDIA_NOT_FOUND")
    assert answer.json()["error"]["meta"]["state"] == "expired"
