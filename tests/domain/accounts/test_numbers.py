"""Numbers: paused and resumed, described, linked to a bot, and their read receipts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.actions.numbers import (
    describe_number,
    disconnect_number,
    pause_number,
    resume_number,
    set_bot,
    set_read_receipts,
)
from accounts.models import Event, NumberStatus
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
    set_read_receipts(cast.number.pk, policy="on_reply", by=by(cast.ada), at=AT)
    assert Event.objects.filter(kind="number.changed").count() == 1


def test_without_a_token_nothing_resumes(cast):
    cast.account.access_token = ""
    cast.account.save()
    pause_number(cast.number.pk, reason="token_expired", message="…", by=by(cast.ada), at=AT)
    with pytest.raises(Refused, match=r"STATE_CONFLICT"):
        resume_number(cast.number.pk, by=by(cast.ada), at=AT)


def test_an_unknown_read_receipt_policy_is_refused(cast):
    with pytest.raises(Refused, match=r"VALIDATION_ERROR"):
        set_read_receipts(cast.number.pk, policy="sometimes", by=by(cast.ada), at=AT)


def test_without_a_bot_nobody_answers_by_itself(cast):
    with pytest.raises(Refused, match=r"NO_BOT_LINKED"):
        set_bot(cast.number.pk, bot_id=None, auto_reply=True, by=by(cast.ada), at=AT)


def test_only_descriptions_describe_a_number(cast):
    described = describe_number(cast.number.pk, label="Shop", by=by(cast.ada), at=AT)
    assert described.label == "Shop"
    with pytest.raises(TypeError, match=r"status"):
        describe_number(cast.number.pk, status="active", by=by(cast.ada), at=AT)
