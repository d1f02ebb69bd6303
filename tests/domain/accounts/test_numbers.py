"""Numbers: paused and resumed, described, linked to a bot, and their read receipts."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from accounts.actions.number_settings import change_number
from accounts.actions.numbers import (
    describe_number,
    disconnect_number,
    pause_number,
    resume_number,
    set_bot,
)
from accounts.models import Event, NumberStatus, Team
from accounts.refusals import Refused
from tests.cast import by

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_an_admins_pause_names_the_admin_and_ends_with_resume(cast):
    disconnect_number(cast.number.pk, by=by(cast.ada), at=AT)
    cast.number.refresh_from_db()
    assert (cast.number.status, cast.number.status_reason) == (
        NumberStatus.DISCONNECTED,
        "disconnected_by_user",
    )
    assert "Ada" in cast.number.status_message
    resume_number(cast.number.pk, by=by(cast.ada), at=AT)
    cast.number.refresh_from_db()
    assert (cast.number.status, cast.number.status_message) == (NumberStatus.ACTIVE, "")


def test_what_is_so_already_is_not_announced(cast):
    disconnect_number(cast.number.pk, by=by(cast.ada), at=AT)
    disconnect_number(cast.number.pk, by=by(cast.ada), at=AT)
    change_number(cast.number.pk, read_receipts="on_reply", by=by(cast.ada), at=AT)
    assert Event.objects.filter(kind="number.changed").count() == 1


def test_without_a_token_nothing_resumes(cast):
    cast.account.access_token = ""
    cast.account.save()
    pause_number(cast.number.pk, reason="token_expired", message="…", by=by(cast.ada), at=AT)
    with pytest.raises(Refused, match=r"STATE_CONFLICT"):
        resume_number(cast.number.pk, by=by(cast.ada), at=AT)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"read_receipts": "sometimes"}, "VALIDATION_ERROR"),
        ({"label": "x" * 81}, "VALIDATION_ERROR"),
        ({"closing_soon_minutes": 4}, "VALIDATION_ERROR"),
        ({"closing_soon_minutes": 721}, "VALIDATION_ERROR"),
        ({"country_code": "Kenya"}, "VALIDATION_ERROR"),
        ({"country_code": "+999"}, "VALIDATION_ERROR"),
        ({"default_team_id": uuid4()}, "VALIDATION_ERROR"),
        ({"start_mode": "nobody"}, "VALIDATION_ERROR"),
        ({"start_mode": "ai"}, "NO_BOT_LINKED"),
    ],
)
def test_a_choice_that_is_none_changes_nothing(cast, changes, code):
    with pytest.raises(Refused) as refusal:
        change_number(cast.number.pk, by=by(cast.ada), at=AT, **({"label": "Shop"} | changes))
    cast.number.refresh_from_db()
    assert (refusal.value.code, cast.number.label) == (code, "")


def test_another_organizations_team_is_no_team(cast):
    theirs = Team.objects.create(organization=cast.eve.organization, name="Theirs")
    with pytest.raises(Refused, match=r"VALIDATION_ERROR"):
        change_number(cast.number.pk, default_team_id=theirs.pk, by=by(cast.ada), at=AT)


def test_what_an_admin_chooses_is_announced_by_name(cast):
    team = Team.objects.create(organization=cast.organization, name="Desk")
    chosen = {"label": "Shop", "country_code": "KE", "closing_soon_minutes": 30}
    change_number(cast.number.pk, default_team_id=team.pk, by=by(cast.ada), at=AT, **chosen)
    fields = Event.objects.get(kind="number.changed").data["fields"]
    assert fields == ["closing_soon_minutes", "country_code", "default_team_id", "label"]


def test_without_a_bot_nobody_answers_by_itself(cast):
    with pytest.raises(Refused, match=r"NO_BOT_LINKED"):
        set_bot(cast.number.pk, bot_id=None, auto_reply=True, by=by(cast.ada), at=AT)


def test_only_descriptions_describe_a_number(cast):
    described = describe_number(cast.number.pk, label="Shop", by=by(cast.ada), at=AT)
    assert described.label == "Shop"
    with pytest.raises(TypeError, match=r"status"):
        describe_number(cast.number.pk, status="active", by=by(cast.ada), at=AT)
