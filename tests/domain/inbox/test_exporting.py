"""One person's data as a ZIP: all of it, only theirs, and nothing in it that could run."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.utils import timezone

from inbox.actions.importing import import_file
from inbox.actions.merging import merge_contacts
from inbox.exporting import archive, safe_name
from inbox.models import Contact, Media
from tests.cast import a_status_webhook, arrives, by, payload, says

BSUID = "US.48213907716450285531"


def exported(contact: Contact) -> zipfile.ZipFile:
    whole = b"".join(archive(contact, zone="UTC", at=timezone.now()))
    return zipfile.ZipFile(io.BytesIO(whole))


def messages(bundle: zipfile.ZipFile) -> list[dict]:
    names = [name for name in bundle.namelist() if re.fullmatch(r"conversations/\d+\.json", name)]
    return [one for name in names for one in json.loads(bundle.read(name))["messages"]]


@pytest.mark.case("F85", "S122")
def test_the_export_of_somebody_without_a_number_has_all_and_only_theirs(cast):
    says(cast.number, "somebody else's secret")
    mine = says(cast.number, "my words", wa_id=None, bsuid=BSUID, name="Tea fan")
    also = says(cast.number, "by number", wa_id="12025550177", name="Tea")
    merge_contacts(
        mine.conversation.contact_id,
        also.conversation.contact_id,
        by=by(cast.sara),
        at=timezone.now(),
    )
    bundle = exported(mine.conversation.contact)
    everything = "".join(bundle.read(name).decode() for name in bundle.namelist())
    assert {one["content"]["body"] for one in messages(bundle)} == {"my words", "by number"}
    person = json.loads(bundle.read("person.json"))
    assert {one["value"] for one in person["identities"]} == {BSUID, "12025550177"}
    assert "secret" not in everything
    assert bundle.testzip() is None


def test_versions_reactions_and_statuses_are_in_it(cast):
    for name in ("text", "edit", "reaction"):
        arrives(cast.number, payload(name))
    message = says(cast.number, "with a status")
    arrives(cast.number, a_status_webhook(message.wamid, "read"))
    bundle = exported(message.conversation.contact)
    rows = messages(bundle)
    assert next(one["details"]["versions"] for one in rows if one["edited_at"])[0]["body"]
    assert [one["status"] for row in rows for one in row["statuses"]] == ["read"]
    rest = json.loads(bundle.read("conversations/1.json"))["besides"]
    told = [one for row in rows for one in row["reactions"]]
    assert told + rest["reactions_to_unknown_messages"]


def test_the_page_says_who_reacted(cast):
    message = says(cast.number, "Is it the blue one?")
    body = payload("reaction")
    (reaction,) = body["entry"][0]["changes"][0]["value"]["messages"]
    reaction["reaction"]["message_id"] = message.wamid
    arrives(cast.number, body)
    page = exported(message.conversation.contact).read("conversations/1.html").decode()
    emoji = reaction["reaction"]["emoji"]
    assert re.search(rf"<p>{emoji} <bdi>[^<(]+</bdi></p>", page)


def test_more_messages_than_a_page_holds_come_in_order(cast):
    last = [says(cast.number, f"line {n}") for n in range(7)][-1]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("inbox.exporting.PAGE", 3)
        bundle = exported(last.conversation.contact)
    lines = [f"line {n}" for n in range(7)]
    assert [one["content"]["body"] for one in messages(bundle)] == lines
    page = bundle.read("conversations/1.html").decode()
    assert re.findall(r"line \d", page) == lines


@pytest.mark.case("S122")
def test_nothing_a_customer_wrote_is_markup_in_the_pages(cast):
    evil = "<script>alert(1)</script><img src=x onerror=go()>"
    message = says(cast.number, evil, name=evil)
    bundle = exported(message.conversation.contact)
    pages = [bundle.read(name).decode() for name in bundle.namelist() if name.endswith(".html")]
    assert len(pages) == 2
    for page in pages:
        assert "<script" not in page
        assert "<img src=x" not in page


def test_files_come_along_under_safe_names(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    message = says(cast.number, "see this")
    source = tmp_path / "x.txt"
    source.write_bytes(b"the bytes")
    media = Media.objects.create(
        organization=cast.organization,
        phone_number=cast.number,
        message=message,
        kind="document",
        filename="../../etc/pass wd.html",
    )
    import_file(media.pk, source)
    bundle = exported(message.conversation.contact)
    (name,) = [name for name in bundle.namelist() if name.startswith("media/")]
    assert name == "media/0001-pass_wd.html.bin"
    assert bundle.read(name) == b"the bytes"
    assert [one["media"]["file"] for one in messages(bundle)] == [name]
    assert f'href="../{name}"' in bundle.read("conversations/1.html").decode()


@pytest.mark.parametrize(
    ("wanted", "mime_type", "safe"),
    [
        ("Rechnung März.pdf", "application/pdf", "Rechnung_März.pdf"),
        ("..\\..\\evil.exe", "application/octet-stream", "evil.exe.bin"),
        ("x.svg", "image/svg+xml", "x.svg.bin"),
        ("", "image/jpeg", "file.jpg"),
        ("...", "", "file.bin"),
        ("photo\u202egpj.exe", "", "photo_gpj.exe.bin"),
        ("a/b\x00c.txt", "text/plain", "b_c.txt"),
        ("n" * 300 + ".pdf", "application/pdf", "n" * 80 + ".pdf"),
    ],
)
def test_a_file_name_starts_nothing_and_leaves_its_folder_never(wanted, mime_type, safe):
    assert safe_name(wanted, mime_type) == safe
