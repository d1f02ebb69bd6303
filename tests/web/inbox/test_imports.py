"""Contacts from a file: uploaded, mapped, tried without effect, run, and reported."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Event
from inbox.actions.contact_imports import import_next
from inbox.actions.erasing import ask_erasure, erase_next
from inbox.actions.forgetting import imports_run, remove_import
from inbox.media_storage import store
from inbox.models import Contact, ContactImport, Erasure, Identity
from tests.cast import DORA, a_conversation, by

pytestmark = pytest.mark.once
FILE = (
    "Phone,Name,Language,Opted out\r\n"
    f"+{DORA},Dora of Lund,sv,yes\r\n"  # here already: changed
    "+12025550177,,,\r\n"  # here already, and the file says nothing
    "0712 345 678,Amani,sw,no\r\n"
    "+254712345678,Amani again,,\r\n"  # the same number
    "nonsense,Nobody,,\r\n"
    ",=Nobody,,\r\n"
)


@pytest.fixture
def shop(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    a_conversation(cast.number)
    a_conversation(cast.number, wa_id="12025550177", name="Tea")
    return cast


def uploaded(client, text=FILE, name="list.csv"):
    """The page of an import whose file the worker has read."""
    file = SimpleUploadedFile(name, text.encode())
    page = client.post("/contacts/import/", {"file": file})["Location"]
    assert import_next()
    return page


MAPPING = {
    "phone": "0",
    "name": "1",
    "language": "2",
    "opted_out": "3",
    "country_code": "+254",
}


def tried(client):
    page = uploaded(client)
    client.post(page, MAPPING)
    assert import_next()
    return page


def finish():
    while import_next():
        pass


def counts():
    return ContactImport.objects.get().counts


def test_a_file_is_mapped_by_its_headings_and_tried_without_any_effect(shop, browser):
    client = browser(shop.sara)
    page = uploaded(client)
    form = client.get(page).context["form"]
    assert [form[name].value() for name in ("phone", "name", "opted_out")] == ["0", "1", "3"]
    before = list(Contact.objects.order_by("pk").values())
    client.post(page, MAPPING)
    import_next()
    assert counts() == {"changed": 1, "unchanged": 1, "created": 1, "faulty": 3}
    assert list(Contact.objects.order_by("pk").values()) == before


def test_what_is_run_is_what_was_shown(shop, browser):
    client = browser(shop.sara)
    page = tried(client)
    shown = counts()
    client.post(f"{page}start/")
    finish()
    assert (ContactImport.objects.get().state, counts()) == ("done", shown)
    dora = Contact.objects.get(identities__value=DORA)
    assert (dora.name, dora.language, dora.opted_out_at is None) == ("Dora of Lund", "sv", False)
    amani = Contact.objects.get(phone="+254712345678")
    assert (amani.name, amani.identities.get().canonical) == ("Amani", "254712345678")
    assert Contact.objects.get(identities__value="12025550177").name == ""


def test_threads_hear_of_a_new_name_and_of_a_stop(shop, browser):
    page = tried(browser(shop.sara))
    browser(shop.sara).post(f"{page}start/")
    finish()
    told = Event.objects.filter(kind__in=["contact.renamed", "contact.consent_changed"])
    assert sorted(one.kind for one in told) == ["contact.consent_changed", "contact.renamed"]
    assert all(one.conversation for one in told)


def test_a_no_in_a_file_never_opts_anybody_in_again(shop, browser):
    Contact.objects.update(opted_out_at=timezone.now())
    client = browser(shop.sara)
    page = uploaded(client, f"Phone,Opted out\r\n+{DORA},no\r\n")
    client.post(page, {"phone": "0", "opted_out": "1"})
    import_next()
    client.post(f"{page}start/")
    finish()
    assert counts() == {"unchanged": 1}
    assert not Contact.objects.filter(opted_out_at=None).exists()


@pytest.mark.case("S113")
def test_the_report_names_line_and_reason_and_holds_no_formula(shop, browser):
    client = browser(shop.sara)
    page = tried(client)
    report = b"".join(client.get(f"{page}faults/")).decode("utf-8-sig")
    lines = report.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Line", "5", "6", "7"]
    assert "'=Nobody" in lines[3]
    assert "this is no phone number" in client.get(page).text.lower()


def test_a_run_goes_on_behind_its_last_batch(shop, browser, monkeypatch):
    monkeypatch.setattr("inbox.actions.contact_imports.BATCH", 2)
    page = tried(browser(shop.sara))
    browser(shop.sara).post(f"{page}start/")
    failing = {"left": 2}

    def fails(name, about=""):
        if name == "import.before_commit" and failing["left"]:
            failing["left"] -= 1
            raise OSError("the disk is away")

    monkeypatch.setattr("inbox.actions.contact_imports.hit", fails)
    for _ in range(9):
        ContactImport.objects.update(not_before=None)
        import_next()
    assert counts() == {"changed": 1, "unchanged": 1, "created": 1, "faulty": 3}
    assert Identity.objects.filter(canonical="254712345678").count() == 1


def test_who_was_erased_does_not_come_back_by_a_file(shop, browser):
    ask_erasure(Contact.objects.get(identities__value=DORA).pk, by=by(shop.ada), at=timezone.now())
    while erase_next():
        pass
    tried(browser(shop.sara))
    assert "erased" in ContactImport.objects.get().faults.values_list("reason", flat=True)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\x89PNG\r\n\0\0", "no table"), (b"Phone\r\n", "no row of contacts")],
)
def test_a_file_that_is_no_table_says_so(shop, browser, data, words):
    client = browser(shop.sara)
    page = client.post("/contacts/import/", {"file": SimpleUploadedFile("x.csv", data)})["Location"]
    import_next()
    assert words in client.get(page).text


def test_an_import_whose_file_is_gone_is_given_up_and_holds_up_no_erasure(shop, browser):
    page = tried(browser(shop.sara))
    browser(shop.sara).post(f"{page}start/")
    store().delete(ContactImport.objects.get().rows_path)
    for _ in range(8):
        assert imports_run(shop.organization.pk)
        ContactImport.objects.update(not_before=None)
        import_next()
    assert ContactImport.objects.get().state == "failed"
    assert not imports_run(shop.organization.pk)


@pytest.mark.parametrize("steps", [0, 1], ids=["read", "tried"])
def test_an_import_that_an_erasure_ends_meanwhile_leaves_no_file(shop, browser, monkeypatch, steps):
    client = browser(shop.sara)
    file = {"file": SimpleUploadedFile("list.csv", FILE.encode())}
    page = client.post("/contacts/import/", file)["Location"]
    if steps:
        import_next()
        client.post(page, MAPPING)

    def erases(name, _about=""):
        if name == "import.kept_before_commit":
            remove_import(ContactImport.objects.get())

    monkeypatch.setattr("inbox.actions.contact_imports.hit", erases)
    assert import_next()
    assert (ContactImport.objects.get().state, list(store().listed())) == ("failed", [])


def test_the_raw_log_of_an_erasure_waits_for_an_import(shop, browser):
    erasure = ask_erasure(
        Contact.objects.get(identities__value=DORA).pk, by=by(shop.ada), at=timezone.now()
    )
    while Erasure.objects.get().step != "raw_log":
        erase_next()
    uploaded(browser(shop.sara))
    ContactImport.objects.update(state="running")
    erase_next()
    assert ContactImport.objects.get().path
    ContactImport.objects.update(state="mapping")
    Erasure.objects.filter(pk=erasure.pk).update(not_before=None)
    erase_next()
    assert not ContactImport.objects.get().path


def test_a_long_file_keeps_its_lease_while_it_is_read(shop, browser, monkeypatch):
    monkeypatch.setattr("inbox.actions.contact_imports.KEPT_EVERY", 2)
    kept = []
    monkeypatch.setattr("inbox.actions.contact_imports.jobs.keep", lambda row: kept.append(row))
    uploaded(browser(shop.sara))
    assert len(kept) == 3  # of six rows


def test_without_a_phone_column_nothing_is_tried(shop, browser):
    client = browser(shop.sara)
    page = uploaded(client)
    answer = client.post(page, {"name": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["phone"])
