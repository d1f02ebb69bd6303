"""Taking in what customers sent: new messages, and what they did to earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from accounts.events import transactional
from accounts.models import PhoneNumber
from inbox.actions.arrivals import Arrival
from inbox.actions.changes import apply_change
from inbox.actions.filing import file_messages
from inbox.actions.meant import target_of
from inbox.actions.reactions import receive_reaction
from whatsapp.inbound import Edit, InboundMessage, Reaction, Revoke


def receive_message(
    number: PhoneNumber, message: InboundMessage, *, received_at: datetime, observed: bool = False
) -> None:
    """Stores one inbound message and everything that follows from it, exactly once (G3).

    observed: another app owns the thread at Meta; we watch and do not answer.
    """
    receive_messages([Arrival(number, message, received_at, observed)])


@transactional
def receive_messages(arrivals: Sequence[Arrival]) -> None:
    """The same for many, in this order: all of them or none.

    Raises: ValueError for one that names nobody.
    """
    for run in _runs(arrivals):
        if run[0].is_new:
            file_messages(run)
        else:
            _receive_change(run[0])


def _runs(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """New messages of one organization together, whatever is about another message alone."""
    for organization_and_kind, run in groupby(
        arrivals, key=lambda one: (one.number.organization_id, one.is_new)
    ):
        if organization_and_kind[1]:
            yield list(run)
        else:
            yield from ([one] for one in run)


def _receive_change(arrival: Arrival) -> None:
    match arrival.message.content:
        case Reaction() as reaction:
            receive_reaction(arrival, reaction)
        case Edit() | Revoke() as change:
            message = arrival.message
            target = target_of(
                arrival.number,
                change.original,
                user=message.user,
                group_id=message.group_id or "",
            )
            if target is None:
                file_messages([arrival])  # a neutral line stands for it, until its original comes
            else:
                apply_change(target, change, at=arrival.told_at)
        case _:
            raise TypeError(f"a message of its own: {arrival.message.kind}")
