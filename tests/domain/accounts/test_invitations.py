"""Accepting asks the row itself, whatever the page has seen a moment before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.invitations import (
    VALID_FOR,
    accept_invitation,
    cancel_invitation,
    invite,
    send_again,
)
from accounts.actors import SYSTEM
from accounts.models import Person
from accounts.refusals import Refused

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.case("S91", "S93")
@pytest.mark.parametrize("how", ["cancelled", "sent again", "a week old", "used"])
def test_what_is_no_longer_open_is_not_accepted(cast, how):
    row = invite(cast.organization.pk, email="noor@kettle.example", by=SYSTEM, at=AT).row
    at, digest = AT, row.token_sha256
    match how:
        case "cancelled":
            cancel_invitation(row.pk, by=SYSTEM, at=AT)
        case "sent again":
            send_again(row.pk, by=SYSTEM, at=AT)
        case "a week old":
            at += VALID_FOR
        case "used":
            joined = accept_invitation(digest, name="Noor", password=None, at=AT)
            Person.objects.filter(pk=joined.pk).update(email="elsewhere@kettle.example")
    before = Person.objects.count()
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        accept_invitation(digest, name="Noor", password=None, at=at)
    assert Person.objects.count() == before


def test_a_moment_before_its_end_it_is_accepted(cast):
    row = invite(cast.organization.pk, email="noor@kettle.example", by=SYSTEM, at=AT).row
    last = AT + VALID_FOR - timedelta(seconds=1)
    assert accept_invitation(row.token_sha256, name="Noor", password=None, at=last).name == "Noor"
