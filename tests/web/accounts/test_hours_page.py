"""Opening hours and targets in the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import BusinessHours, Event, SlaTarget, Team

pytestmark = pytest.mark.once

PAGE = "/settings/hours/"
NO_DAYS = {"days-TOTAL_FORMS": "0", "days-INITIAL_FORMS": "0"}
OFFICE = NO_DAYS | {
    "name": "Office",
    "time_zone": "Europe/Berlin",
    "is_default": "on",
    **dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "9-12:30, 14-18"),
}
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def sara(cast, browser_of):
    return browser_of(cast.sara)


@time_machine.travel(MONDAY, tick=False)
def test_hours_are_set_for_a_number_and_a_team_and_say_that_they_are_open(cast, sara):
    team = Team.objects.create(organization=cast.organization, name="Repairs")
    whose = {"numbers": [str(cast.number.pk)], "teams": [str(team.pk)]}
    assert sara.post(f"{PAGE}new/", OFFICE | whose)["Location"] == PAGE
    row = BusinessHours.objects.get()
    assert [row.numbers.get(), row.teams.get()] == [cast.number, team]
    page = sara.get(PAGE).content.decode()
    assert "Open, until 12:30" in page
    assert "Monday to Friday: 09:00-12:30, 14:00-18:00" in page
    assert "Europe/Berlin" in page
    assert Event.objects.filter(kind="hours.created", ids=[str(row.pk)]).exists()


HOLIDAY = {
    "days-TOTAL_FORMS": "2",
    "days-INITIAL_FORMS": "0",
    "days-0-date": "2026-11-23",
    "days-0-name": "Founders' day",
    "days-0-spans": "",
    "days-1-date": "2026-12-24",
    "days-1-name": "Christmas Eve",
    "days-1-spans": "10-12",
}


@time_machine.travel(MONDAY, tick=False)
def test_a_holiday_is_closed_or_has_its_own_hours_and_goes_with_its_date(sara):
    sara.post(f"{PAGE}new/", OFFICE | HOLIDAY)
    page = sara.get(PAGE).content.decode()
    assert "Closed, opens Tuesday 09:00" in page
    assert "24 Dec Christmas Eve: 10:00-12:00" in page
    row = BusinessHours.objects.get()
    kept = sara.post(f"{PAGE}{row.pk}/", OFFICE | HOLIDAY | {"days-0-date": "", "days-0-name": ""})
    assert (kept.status_code, row.holidays.count()) == (302, 1)


@pytest.mark.parametrize(
    ("change", "anchor", "words"),
    [
        ({"tuesday": "9-12:30, 12-18"}, "id_tuesday_error", "overlap: 09:00-12:30, 12:00-18:00"),
        ({"tuesday": "nine to five"}, "id_tuesday_error", "“nine to five”"),
        ({"friday": "22-03", "saturday": "02-05"}, "id_friday_error", "next day"),
        ({"name": ""}, "id_name_error", "required"),
        ({"time_zone": "Middle/Earth"}, "id_time_zone_error", "Middle/Earth"),
        (HOLIDAY | {"days-0-date": ""}, "id_days-0-date_error", "Which day?"),
        (HOLIDAY | {"days-1-date": "2026-11-23"}, "notice__title", "One day stands here twice."),
    ],
)
def test_what_is_wrong_is_named_with_its_day_and_what_was_typed_stays(sara, change, anchor, words):
    answer = sara.post(f"{PAGE}new/", OFFICE | change)
    page = answer.content.decode()
    assert (answer.status_code, BusinessHours.objects.count()) == (422, 0)
    assert words in page[page.index(anchor) :]
    assert f'value="{OFFICE["wednesday"]}"' in page


def test_one_schedule_counts_everywhere_and_a_deleted_one_lets_go(cast, sara):
    sara.post(f"{PAGE}new/", OFFICE | {"numbers": [str(cast.number.pk)]})
    sara.post(f"{PAGE}new/", OFFICE | {"name": "Night desk"})
    assert BusinessHours.objects.get(is_default=True).name == "Night desk"
    office = BusinessHours.objects.get(name="Office")
    assert sara.post(f"{PAGE}{office.pk}/", OFFICE | {"name": "Night desk"}).status_code == 422
    sara.post(f"{PAGE}{office.pk}/delete/")
    cast.number.refresh_from_db()
    assert (cast.number.business_hours, BusinessHours.objects.count()) == (None, 1)


def test_a_target_stands_once_for_each_team_and_number(cast, sara):
    address = f"{PAGE}targets/new/"
    wanted = {"first_reply": "90", "clock": "business"}
    assert sara.post(address, wanted).status_code == 302
    assert sara.post(address, wanted).status_code == 422
    assert sara.post(address, wanted | {"number": str(cast.number.pk)}).status_code == 302
    assert sara.post(address, {"clock": "all"}).status_code == 422
    page = sara.get(PAGE).content.decode()
    assert ("1 h 30 min" in page, "All other conversations" in page) == (True, True)
    row = SlaTarget.objects.get(phone_number=cast.number)
    sara.post(f"{PAGE}targets/{row.pk}/", {"next_reply": "5", "clock": "all"})
    assert sara.post(f"{PAGE}targets/{row.pk}/delete/").status_code == 302
    assert SlaTarget.objects.get().first_reply_minutes == 90
    kinds = Event.objects.filter(kind__startswith="target.").values_list("kind", flat=True)
    assert list(kinds) == ["target.created", "target.created", "target.deleted"]
