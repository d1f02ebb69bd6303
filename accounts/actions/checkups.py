"""Checkups as jobs: claimed when they are due, made, and what they found written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions.numbers import TOKEN_EXPIRED, describe_number, pause_numbers_of
from accounts.actors import SYSTEM, Actor
from accounts.clock import database_now
from accounts.doctor.examining import Examination
from accounts.doctor.facts import Rhythm
from accounts.doctor.verdicts import State, Verdict, overall
from accounts.events import announce, transactional
from accounts.models import Check, Checkup, PhoneNumber

# A broken connection names itself within five minutes (G22): four, and one to look.
EVERY: Final = timedelta(minutes=4)
LEASE: Final = timedelta(minutes=4)
AGAIN: Final = timedelta(seconds=10)
RHYTHM_HOLDS: Final = timedelta(hours=6)
# A refused token is a fault of the credentials; whatever else is red pauses nothing by itself.
ALARMS: Final = frozenset({"token_refused"})
FAULTS: Final = frozenset({State.BROKEN.value, State.WARNING.value})


@transactional
def ask_for_checkup(number_id: UUID, *, by: Actor, at: datetime) -> None:
    """Have the number looked at now, by the worker; whoever waits sees it come."""
    Checkup.objects.update_or_create(
        phone_number_id=number_id, defaults={"due_at": at, "asked_at": at}
    )
    organization_id = PhoneNumber.objects.values_list("organization", flat=True).get(pk=number_id)
    announce("number.check_asked", organization_id, by=by, at=at, ids=[number_id])


def claim_due() -> PhoneNumber | None:
    """The number that is due first, leased to the caller; None: none is.

    Numbers that were never looked at get their row here.
    """
    at = database_now()
    unseen = PhoneNumber.objects.filter(checkup=None, removed_at=None).values_list("pk", flat=True)[
        :100
    ]
    rows = [Checkup(phone_number_id=number_id, due_at=at) for number_id in unseen]
    if rows:
        Checkup.objects.bulk_create(rows, ignore_conflicts=True)
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    due = Checkup.objects.filter(free, due_at__lte=at, phone_number__removed_at=None)
    due = due.order_by("due_at")
    if not due.exists():  # without a write lock
        return None
    with transaction.atomic():
        checkup = due.select_for_update(of=("self",), skip_locked=True).first()
        if checkup is None:
            return None
        Checkup.objects.filter(pk=checkup.pk).update(lease_until=at + LEASE)
    return number_to_examine(checkup.pk)


def give_back(number_id: UUID, *, at: datetime) -> None:
    """The look failed: another is due soon, not when the lease would have ended."""
    Checkup.objects.filter(pk=number_id).update(lease_until=None, due_at=at + AGAIN)


def number_to_examine(number_id: UUID) -> PhoneNumber:
    """A number with all that an examination reads of it. One query."""
    return PhoneNumber.objects.select_related("account", "organization", "checkup").get(
        pk=number_id
    )


def examine(number: PhoneNumber, *, at: datetime) -> Examination:
    """Looks at the number, and writes what each question found as soon as it is answered."""
    checkup = Checkup.objects.filter(pk=number.pk).first()
    known = checkup.rhythm if checkup else {}
    learnt = checkup.rhythm_at if checkup else None
    examination = Examination(
        number,
        at,
        Rhythm(tuple(known["hours"]), known["weeks"]) if known else Rhythm(),
        learns=learnt is None or at - learnt > RHYTHM_HOLDS,
    )
    for verdicts in examination.run():
        record(number, verdicts, at=at)
    finish(examination)
    return examination


@transactional
def record(number: PhoneNumber, verdicts: Sequence[Verdict], *, at: datetime) -> None:
    """Writes verdicts; announced is what has changed. A refused token pauses the account."""
    before = {row.name: row for row in Check.objects.filter(phone_number=number.pk)}
    for verdict in verdicts:
        _record(number, before.get(verdict.name), verdict, at=at)
    if any(verdict.code in ALARMS for verdict in verdicts):
        pause_numbers_of(
            number.account_id,
            reason=TOKEN_EXPIRED,
            message=_("Meta refuses the access token. An admin has to replace it."),
            by=SYSTEM,
            at=at,
        )


def _record(number: PhoneNumber, row: Check | None, verdict: Verdict, *, at: datetime) -> None:
    same = row is not None and (row.state, row.code) == (verdict.state, verdict.code)
    Check.objects.update_or_create(
        phone_number=number,
        name=verdict.name.value,
        defaults={
            "state": verdict.state.value,
            "code": verdict.code,
            "evidence": dict(verdict.evidence),
            "repair": verdict.repair.value if verdict.repair else "",
            "since": row.since if row is not None and same else at,
            "checked_at": at,
        },
    )
    if not same and (verdict.is_fault or (row is not None and row.state in FAULTS)):
        announce(
            "number.check_changed",
            number.organization_id,
            by=SYSTEM,
            at=at,
            ids=[number.pk],
            check=verdict.name.value,
            state=verdict.state.value,
            code=verdict.code,
        )


@transactional
def finish(examination: Examination) -> None:
    """The examination is over: its state, what Meta said of the number, and the next time."""
    number, at = examination.number, examination.at
    described = examination.described
    if described:
        describe_number(number.pk, by=SYSTEM, at=at, **described)
    values: dict[str, Any] = {
        "state": overall(verdict.state for verdict in examination.verdicts.values()).value,
        "finished_at": at,
        "due_at": at + EVERY,
        "asked_at": None,
        "lease_until": None,
    }
    if examination.learns:
        usual = examination.usual
        values |= {"rhythm": {"hours": list(usual.hours), "weeks": usual.weeks}, "rhythm_at": at}
    # Asked for while this one was made: what it has seen may be older than the question.
    again = Checkup.objects.filter(pk=number.pk, asked_at__gt=at).exists()
    if again:
        del values["due_at"], values["asked_at"]
    Checkup.objects.update_or_create(phone_number=number, defaults=values)
