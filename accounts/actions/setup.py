"""How far connecting a number has come: each step kept, and what follows for its status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import setup_words
from accounts.actions.numbers import TOKEN_EXPIRED, activate, announce_number
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import NumberStatus, PhoneNumber, SetupStep, StepState
from accounts.models.numbers import BY_USER, SETUP_INCOMPLETE
from accounts.refusals import Refused
from accounts.setup import NEEDED, SETTLED, Outcome, can_send

# Reasons of an error that are gone once every step is done.
MENDED: Final = frozenset({TOKEN_EXPIRED, SETUP_INCOMPLETE, "not_registered"})


@transactional
def begin_setup(number_id: UUID, known: Mapping[str, Outcome], *, at: datetime) -> None:
    """Starts the list of steps afresh. known: those that were taken before there was a row."""
    SetupStep.objects.filter(number=number_id).delete()
    SetupStep.objects.bulk_create(
        SetupStep(
            number_id=number_id,
            name=name,
            state=outcome.state,
            code=outcome.code,
            facts=dict(outcome.facts),
            tried_at=at,
        )
        for name, outcome in known.items()
    )


@transactional
def open_steps(number_id: UUID, names: Iterable[str]) -> None:
    """These are to be taken; what they came to before counts no more."""
    for name in names:
        SetupStep.objects.update_or_create(
            number_id=number_id,
            name=name,
            defaults={"state": StepState.OPEN, "code": "", "facts": {}},
        )


@transactional
def keep_step(
    number_id: UUID, name: str, outcome: Outcome, *, revive: bool, by: Actor, at: datetime
) -> None:
    """How a step came out. Once all that is needed is settled, the number sends.

    revive: also a number that an admin had stopped. One that Meta stopped for another reason
    (locked, restricted) stays so.
    """
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    SetupStep.objects.update_or_create(
        number=number,
        name=name,
        defaults={
            "state": outcome.state,
            "code": outcome.code,
            "facts": dict(outcome.facts),
            "tried_at": at,
        },
    )
    announce(
        "number.setup_step",
        number.organization_id,
        by=by,
        at=at,
        ids=[number.pk],
        step=name,
        state=str(outcome.state),
        code=outcome.code,
    )
    if outcome.state not in SETTLED and name in NEEDED:
        _note_fault(number, outcome, by=by, at=at)
    elif can_send(dict(number.setup_steps.values_list("name", "state"))):
        _finish(number, revive=revive, by=by, at=at)


def _finish(number: PhoneNumber, *, revive: bool, by: Actor, at: datetime) -> None:
    if revive and number.removed_at is not None:
        number.removed_at = None
        number.save(update_fields=["removed_at"])
    mended = number.status == NumberStatus.ERROR and number.status_reason in MENDED
    revived = number.status == NumberStatus.DISCONNECTED and revive
    if number.status == NumberStatus.PENDING_SETUP or mended or revived:
        activate(number, by=by, at=at)


def _note_fault(number: PhoneNumber, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    message = setup_words.sentence(outcome.code, outcome.facts)
    if number.status != NumberStatus.PENDING_SETUP or number.status_message == message:
        return
    number.status_reason = SETUP_INCOMPLETE
    number.status_message = message
    number.save(update_fields=["status_reason", "status_message"])
    announce_number(number, by=by, at=at)


@transactional
def remove_number(number_id: UUID, *, by: Actor, at: datetime) -> None:
    """Nothing is sent any more, and it leaves the lists; its conversations stay readable.

    Refuses: STATE_CONFLICT while somebody above needs it (`NUMBER_BUSY`).
    """
    _check_idle(number_id)
    number = PhoneNumber.objects.select_for_update(of=("self",), no_key=True).get(pk=number_id)
    if number.removed_at is not None:
        return
    number.removed_at = at
    number.status = NumberStatus.DISCONNECTED
    number.status_reason = BY_USER
    number.status_message = _("%(name)s disconnected this number.") % {"name": by.name}
    number.save(update_fields=["removed_at", "status", "status_reason", "status_message"])
    announce("number.removed", number.organization_id, by=by, at=at, ids=[number.pk])
    announce_number(number, by=by, at=at)


def _check_idle(number_id: UUID) -> None:
    for name in settings.NUMBER_BUSY.values():
        why: Callable[[UUID], str] = import_string(name)
        if sentence := why(number_id):
            raise Refused("STATE_CONFLICT", sentence)
