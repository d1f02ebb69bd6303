"""The audit log in the settings: read, filtered, taken away."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from accounts.actions.keys import create_key
from accounts.actions.people import change_role
from accounts.audit_kinds import AUDITED
from accounts.audit_words import NAMES
from accounts.models import AuditEvent, Person, Role
from tests.cast import T0, by
from tests.web.accounts.test_login import LOGIN, PASSWORD

PAGE = "/settings/audit/"


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def shown(answer) -> list[str]:
    return [row.what for row in answer.context["page"].rows]


def test_rows_are_sentences_of_todays_names_newest_first(ada, cast):
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0)
    change_role(cast.ben.pk, role=Role.ADMIN, by=by(cast.ada), at=T0)
    Person.objects.filter(pk=cast.ben.pk).update(name="Benjamin")
    answer = ada.get(PAGE)
    assert shown(answer) == ["Gave Benjamin another role.", "Made the API key Shop."]
    assert answer.context["page"].rows[0].codes == "role: admin"


def test_who_is_gone_is_somebody_who_is_gone(ada, cast):
    change_role(cast.ben.pk, role=Role.ADMIN, by=by(cast.amina), at=T0)
    Person.objects.filter(pk__in=[cast.ben.pk, cast.amina.pk]).delete()
    (row,) = ada.get(PAGE).context["page"].rows
    assert (row.who, row.what) == (
        "somebody who is gone",
        "Gave somebody who is gone another role.",
    )


def test_what_a_page_does_is_recorded_with_address_and_browser(cast, browser_of, settings):
    settings.TRUSTED_PROXIES = 1
    client = browser_of(cast.ada)
    headers = {"X-Forwarded-For": "10.1.1.1, 198.51.100.7", "User-Agent": "Mozilla Firefox/140.0"}
    client.post(f"/settings/people/{cast.ben.pk}/", {"role": "admin"}, headers=headers)
    row = AuditEvent.objects.get()
    assert (row.actor_id, row.address, row.agent) == (cast.ada.pk, "198.51.100.7", "Firefox")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("who={ada}", ["api_key.created"]),
        ("who={sara}", ["person.role_changed"]),
        ("area=person", ["person.role_changed"]),
        ("since=2026-11-19", []),
        ("until=2026-11-18", ["person.role_changed", "api_key.created"]),
        ("before=2", ["api_key.created"]),
        ("who=nobody&area=%00&since=x&before=-1", ["person.role_changed", "api_key.created"]),
    ],
)
def test_filters_by_who_what_and_day(ada, cast, query, kinds):
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0)
    change_role(cast.ben.pk, role=Role.ADMIN, by=by(cast.sara), at=T0)
    answer = ada.get(f"{PAGE}?{query.format(ada=cast.ada.pk, sara=cast.sara.pk)}")
    numbers = [row.number for row in answer.context["page"].rows]
    rows = AuditEvent.objects.filter(organization=cast.organization, number__in=numbers)
    assert list(rows.order_by("-number").values_list("kind", flat=True)) == kinds


def test_fifty_a_page_and_on_to_older_ones_with_the_filter_kept(ada, cast):
    for number in range(60):
        create_key(cast.organization.pk, name=f"Key {number}", by=by(cast.ada), at=T0)
    first = ada.get(f"{PAGE}?area=api_key")
    assert len(first.context["page"].rows) == 50
    second = ada.get(PAGE + first.context["older"])
    assert [row.number for row in second.context["page"].rows] == list(range(10, 0, -1))
    assert second.context["form"]["area"].value() == "api_key"
    assert "60 new rows" in ada.get(f"{PAGE}after/0/").content.decode()


@pytest.mark.case("S113", "S119")
def test_a_file_holds_no_formula_and_its_taking_is_recorded(ada, cast):
    Person.objects.filter(pk=cast.ada.pk).update(name="=HYPERLINK(1)")
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0)
    answer = ada.post(f"{PAGE}export/", {"format": "csv"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["kind"], row["actor"], row["actor_id"]) == (
        "api_key.created",
        "'=HYPERLINK(1)",
        str(cast.ada.pk),
    )
    last = AuditEvent.objects.latest("number")
    assert (last.kind, last.data) == ("audit.exported", {"format": "csv", "rows": 1})


def test_lines_of_json_are_what_the_filter_finds(ada, cast):
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0)
    change_role(cast.ben.pk, role=Role.ADMIN, by=by(cast.sara), at=T0)
    answer = ada.post(f"{PAGE}export/", {"format": "jsonl", "area": "person"})
    (row,) = map(json.loads, answer.content.decode().splitlines())
    assert (row["kind"], row["ids"], row["data"]) == (
        "person.role_changed",
        [str(cast.ben.pk)],
        {"role": "admin"},
    )


@pytest.mark.case("S119")
def test_logins_failures_and_logouts_are_recorded(client, cast):
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    client.post(LOGIN, {"login": cast.amina.email, "password": "not this one"})
    client.post(LOGIN, {"login": "nobody@kettle.example", "password": "not this one"})
    client.post(LOGIN, {"login": cast.amina.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    rows = AuditEvent.objects.order_by("number").values_list("kind", "actor_type", "ids")
    hers = [str(cast.amina.pk)]
    assert list(rows) == [
        ("login.failed", "anonymous", hers),
        ("login.succeeded", "agent", hers),
        ("person.logged_out", "agent", hers),
    ]


def test_a_new_password_is_recorded(client, cast):
    cast.amina.set_password(PASSWORD)
    cast.amina.save()
    client.force_login(cast.amina)
    new = {"oldpassword": PASSWORD, "password1": "five words in a row", "password2": ""}
    client.post("/accounts/password/change/", new | {"password2": new["password1"]})
    assert "person.password_changed" in AuditEvent.objects.values_list("kind", flat=True)


def test_others_see_none_of_it(cast, browser_of):
    create_key(cast.organization.pk, name="Shop", by=by(cast.ada), at=T0)
    assert shown(browser_of(cast.eve).get(PAGE)) == []
    assert browser_of(cast.sara).get(PAGE).status_code == 403


def test_every_recorded_kind_has_a_sentence_an_area_and_nouns_with_names(settings):
    for kind, kept in AUDITED.items():
        assert kept.sentence.endswith("."), kind
        assert set(re.findall(r"%\((\w+)\)", kept.sentence)) <= {"what"}, kind
        assert kept.noun in {"", *NAMES, *settings.AUDIT_NAMES}, kind
        assert ("%(what)s" in kept.sentence) <= bool(kept.noun), kind
