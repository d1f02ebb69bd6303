"""What the organization decides for all, and what people choose for themselves."""

from __future__ import annotations

import pytest

from accounts.models import Event, Organization

RULES = "/settings/organization/"
OWN = "/settings/you/"
WANTED = {
    "name": "Kettle & Sons",
    "time_zone": "Africa/Nairobi",
    "country_code": "00254",
    "agents_see": "own_and_team",
    "takeover_before_writing": "on",
}
CHOSEN = {
    "name": "Amina K.",
    "language": "en",
    "time_zone": "Asia/Tokyo",
    "undo_seconds": "10",
}


def test_an_admin_changes_the_rules_and_the_log_says_which(cast, browser_of):
    ada = browser_of(cast.ada)
    assert ada.post(RULES, WANTED)["Location"] == RULES
    row = Organization.objects.get(pk=cast.organization.pk)
    assert (row.name, row.time_zone, row.country_code) == (
        "Kettle & Sons",
        "Africa/Nairobi",
        "+254",
    )
    assert (row.agents_see, row.takeover_before_writing) == ("own_and_team", True)
    assert row.answer_moves_to_pending is False
    event = Event.objects.get(kind="organization.changed")
    assert len(event.data["changed"]) == 6
    ada.post(RULES, WANTED)
    assert Event.objects.filter(kind="organization.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("time_zone", "Mars/Base"),
        ("country_code", "abc"),
        ("country_code", "2547"),
        ("agents_see", "nothing"),
    ],
)
def test_a_wrong_rule_is_said_at_its_field(cast, browser_of, field, value):
    answer = browser_of(cast.ada).post(RULES, WANTED | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_people_choose_their_name_language_zone_and_undo(cast, browser_of):
    amina = browser_of(cast.amina)
    assert amina.post(OWN, CHOSEN)["Location"] == OWN
    cast.amina.refresh_from_db()
    assert (cast.amina.name, cast.amina.zone, cast.amina.undo_seconds) == (
        "Amina K.",
        "Asia/Tokyo",
        10,
    )
    assert Event.objects.get(kind="person.settings_changed").ids == [str(cast.amina.pk)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("language", "de"), ("time_zone", "Tokyo"), ("undo_seconds", "7")],
)
def test_a_wrong_choice_is_said_at_its_field_and_what_was_typed_stays(
    cast, browser_of, field, value
):
    answer = browser_of(cast.amina).post(OWN, CHOSEN | {field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert 'value="Amina K."' in answer.content.decode() or field == "name"


def test_nobody_makes_themselves_an_admin_by_their_own_page(cast, browser_of):
    browser_of(cast.amina).post(OWN, CHOSEN | {"role": "admin", "organization": cast.eve.pk})
    cast.amina.refresh_from_db()
    assert (cast.amina.role, cast.amina.organization) == ("agent", cast.organization)
