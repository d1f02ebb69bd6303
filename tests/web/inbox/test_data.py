"""Data on its way out: exports by a link that is one person's, erasure with the name typed."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from openpyxl import load_workbook

from accounts.actions.people import deactivate_person
from accounts.models import Event, Organization, Role
from inbox.actions.erasing import erase_next
from inbox.actions.exports import export_next
from inbox.actions.merging import merge_contacts
from inbox.actions.purging import purge_exports
from inbox.media_storage import store
from inbox.models import Contact, Conversation, Erasure, Export
from tests.cast import a_conversation, a_person, by, says

pytestmark = pytest.mark.once


@pytest.fixture
def shop(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return cast


@pytest.fixture
def thread(shop):
    return a_conversation(shop.number)


def made(client, address, **form):
    """The page of an export that the worker has made."""
    page = client.post(address, form)["Location"]
    while export_next(threading.Event()):
        pass
    return page


def downloaded(client, page):
    answer = client.get(client.post(f"{page}link/")["Location"])
    return b"".join(answer)


@pytest.mark.case("S122")
def test_the_data_of_one_person_is_made_by_the_worker_and_downloaded(shop, thread, browser):
    client = browser(shop.sara)
    page = client.post(f"/inbox/contacts/{thread.contact_id}/export/")["Location"]
    assert 'hx-trigger="every 2s"' in client.get(page).text
    assert export_next(threading.Event())
    assert "The file is ready" in client.get(page, headers={"HX-Request": "true"}).text
    bundle = zipfile.ZipFile(io.BytesIO(downloaded(client, page)))
    assert {"index.html", "person.json", "conversations/1.html"} <= set(bundle.namelist())
    assert Event.objects.get(kind="contact.exported").actor_name == "Sara"


@pytest.mark.case("S56", "S86")
def test_a_link_is_good_for_five_minutes_and_for_who_asked(shop, thread, browser):
    client = browser(shop.sara)
    page = made(client, f"/inbox/contacts/{thread.contact_id}/export/")
    link = client.post(f"{page}link/")["Location"]
    assert b"".join(client.get(link)).startswith(b"PK")
    other = made(client, "/contacts/export/", kind="csv")
    wrong = [f"{link}x", f"{page}file/", f"{page}file/?link=", link.replace(page, other)]
    assert [client.get(one).status_code for one in wrong] == [404] * 4
    assert [browser(one).get(link).status_code for one in (shop.ada, shop.eve)] == [404, 404]
    assert client.post(link).status_code == 405
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert client.get(link).status_code == 404


@pytest.mark.case("S56")
def test_a_link_dies_with_the_role_or_the_account_of_who_asked(shop, thread, browser):
    lena = a_person(shop.organization, "Lena", Role.SUPERVISOR)
    client = browser(lena)
    page = made(client, f"/inbox/contacts/{thread.contact_id}/export/")
    link = client.post(f"{page}link/")["Location"]
    deactivate_person(lena.pk, by=by(shop.ada), at=timezone.now())
    assert client.get(link).status_code == 302


@pytest.mark.case("S120")
def test_after_a_day_the_file_is_gone(shop, thread, browser):
    client = browser(shop.sara)
    page = made(client, f"/inbox/contacts/{thread.contact_id}/export/")
    key = Export.objects.get().path
    link = client.post(f"{page}link/")["Location"]
    Export.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    assert client.get(link).status_code == 404
    assert purge_exports() == 1
    with pytest.raises(FileNotFoundError):
        store().open(key, 0, 1)
    assert "was removed" in client.get(page).text


@pytest.mark.case("S113")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_of_contacts_is_a_table_without_formulas(shop, thread, browser, kind):
    Contact.objects.update(name="=HYPERLINK(1)")
    says(shop.number, wa_id="12025550177", name="Tea")
    client = browser(shop.sara)
    data = downloaded(client, made(client, "/contacts/export/", kind=kind))
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    else:
        cells = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))
        rows = [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
    told = [(one["phone"], one["name"], one["whatsapp_name"], one["opted_out"]) for one in rows]
    assert told == [
        ("'+12025550143", "'=HYPERLINK(1)", "Dora Lindqvist", "no"),
        ("'+12025550177", told[1][1], "Tea", "no"),
    ]


def test_a_list_holds_whom_the_filters_let_through(shop, thread, browser):
    says(shop.number, wa_id="12025550177", name="Tea")
    Contact.objects.filter(pk=thread.contact_id).update(opted_out_at=timezone.now())
    client = browser(shop.sara)
    for form, count in (({"marketing": "out"}, 1), ({"active_since": "2999-01-01"}, 0), ({}, 2)):
        data = downloaded(client, made(client, "/contacts/export/", kind="csv", **form))
        assert len(data.decode().splitlines()) == count + 1


def test_what_a_joined_contact_did_counts_for_the_person_in_a_list(shop, thread, browser):
    other = says(shop.number, wa_id="12025550177", name="Tea").conversation
    merge_contacts(thread.contact_id, other.contact_id, by=by(shop.sara), at=timezone.now())
    old = timezone.now() - timedelta(days=900)
    Conversation.objects.filter(pk=thread.pk).update(last_activity_at=old, created_at=old)
    Contact.objects.filter(pk=other.contact_id).update(opted_out_at=timezone.now())
    client = browser(shop.sara)
    today = str(timezone.now().date() - timedelta(days=2))
    forms = ({"marketing": "out"}, 1), ({"marketing": "in"}, 0), ({"active_since": today}, 1)
    for form, count in forms:
        data = downloaded(client, made(client, "/contacts/export/", kind="csv", **form))
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert len(rows) == count
    assert rows[0]["first_message_at"][:4] == str(old.year)
    assert rows[0]["last_activity_at"] > today


@pytest.mark.case("S121")
def test_an_admin_erases_a_person_by_typing_who_it_is(shop, thread, browser):
    client = browser(shop.ada)
    address = f"/inbox/contacts/{thread.contact_id}/erase/"
    text = client.get(address).text
    assert "1 conversation" in text
    assert "1 message" in text
    for typed in ("", "Dora", "+1 202 555 0199"):
        assert client.post(address, {"typed": typed}).status_code == 422
    assert not Erasure.objects.exists()
    assert client.post(address, {"typed": "+1 (202) 555-0143"})["Location"] == "/settings/data/"
    assert "Under way" in client.get("/settings/data/").text
    while erase_next():
        pass
    receipt = client.get(f"/settings/data/erasures/{Erasure.objects.get().pk}/").json()
    assert (receipt["asked_by"], receipt["erased"]["messages"]) == ("Ada", 1)
    assert "Dora" not in str(receipt)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("typed", ["dora  LINDQVIST", "12025550143", "+1 202 555 0143"])
def test_name_and_number_count_in_any_spelling(shop, thread, browser, typed):
    address = f"/inbox/contacts/{thread.contact_id}/erase/"
    assert browser(shop.ada).post(address, {"typed": typed}).status_code == 302


@pytest.mark.parametrize(
    ("form", "status", "kept"),
    [
        ({"raw_log_days": "7", "closed_months": "12"}, 302, (7, 12, None)),
        ({}, 302, (None, None, None)),
        ({"raw_log_days": "6"}, 422, (None, None, None)),
        ({"raw_log_days": "91"}, 422, (None, None, None)),
        ({"closed_months": "3"}, 422, (None, None, None)),
        ({"audit_years": "often"}, 422, (None, None, None)),
    ],
)
def test_an_admin_says_how_long_things_are_kept(shop, browser, form, status, kept):
    answer = browser(shop.ada).post("/settings/data/", form)
    row = Organization.objects.get(pk=shop.organization.pk)
    assert answer.status_code == status
    assert (row.raw_log_days, row.closed_months, row.audit_years) == kept
    told = Event.objects.filter(kind="organization.retention_changed").count()
    assert told == int(any(kept))
