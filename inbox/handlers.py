"""Items of webhooks for this app: which action each one becomes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.actions.notices import note_errors
from accounts.models import PhoneNumber
from inbox.actions import tombstones
from inbox.actions.arrivals import Arrival
from inbox.actions.calls import receive_call
from inbox.actions.consent import set_marketing_consent
from inbox.actions.echoes import receive_echo, receive_echo_change
from inbox.actions.history import Old, import_from_phone, sync_address_book
from inbox.actions.identities import apply_system_notice
from inbox.actions.receiving import receive_messages
from inbox.actions.routing import change_watching
from inbox.actions.statuses import Report, apply_statuses
from inbox.actions.unplaced import (
    note_address_book,
    note_history,
    note_if_stranger_changed,
    note_not_connected,
)
from inbox.models import Contact
from webhooks.works import Work
from whatsapp.inbound import (
    CallEvent,
    ContactSync,
    Content,
    Echo,
    EchoChange,
    HandoverEvent,
    HistoryMessage,
    HistoryNotice,
    InboundMessage,
    StandbyItem,
    Status,
    SystemNotice,
    UserPreference,
    ValueError_,
)

log = logging.getLogger(__name__)


def messages(works: Sequence[Work]) -> None:
    """Applies items to their numbers' threads; one for a number not ours is only listed.

    One about somebody who was erased, from before that, has no effect and leaves the raw log.

    Raises: ValueError for an item that cannot be applied: a dead letter.
    """
    known = _numbers(works)
    strange = {
        (work.item.phone_number_id, work.item.waba_id, work.secret_fingerprint): work
        for work in works
        if work.item.phone_number_id not in known
    }
    for work in strange.values():  # once each: a test of somebody's may bring hundreds
        log.info("items of %s are for a number not connected here", work.item.field)
        note_not_connected(
            work.item, secret_fingerprint=work.secret_fingerprint, at=work.received_at
        )
    ours = [
        Addressed(known[work.item.phone_number_id], work)
        for work in works
        if work.item.phone_number_id in known
    ]
    late = tombstones.drop_late([(one.number.organization, one.work) for one in ours])
    apply([one for one, gone in zip(ours, late, strict=True) if not gone])


def apply(items: Sequence[Addressed]) -> None:
    """The same for numbers that are known.

    Statuses go together and first, messages that follow each other together. Both may: any
    order of the same items ends the same (G7, G9). Changes of identifiers go before the messages:
    what the person wrote from the new number then finds their thread.
    """
    reports = [one.report for one in items]
    apply_statuses([report for report in reports if report])
    rest = [one for one, report in zip(items, reports, strict=True) if not report]
    strangers = _change_identities([one for one in rest if one.identity_change])
    rest = [one for one in rest if not one.identity_change]
    for kind, run in groupby(rest, key=lambda one: one.kind):
        if kind is InboundMessage:
            receive_messages([one.arrival for one in run if one.arrival])
        elif kind is HistoryMessage:
            _import([one.old for one in run if one.old])
        else:
            for one in run:
                _apply(one.number, one.work.item.content, received_at=one.work.received_at)
    for one, contact in strangers:
        note_if_stranger_changed(one.number, contact, at=one.work.received_at)


def _import(items: Sequence[Old]) -> None:
    for _organization, run in groupby(items, key=lambda one: one.number.organization_id):
        import_from_phone(list(run))


def _change_identities(items: Sequence[Addressed]) -> list[tuple[Addressed, Contact]]:
    """Applies these, oldest first; those of somebody unknown until now, with their new contact."""
    made = []
    for one in sorted(items, key=lambda one: one.told_at):
        if (notice := one.identity_change) is not None:
            at = one.work.received_at
            contact = apply_system_notice(one.number, notice, received_at=at)
            made += [(one, contact)] if contact else []
    return made


def _numbers(works: Sequence[Work]) -> dict[str | None, PhoneNumber]:
    rows = PhoneNumber.objects.select_related("organization", "account").filter(
        meta_phone_number_id__in={work.item.phone_number_id or "" for work in works}
    )
    return {row.meta_phone_number_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Addressed:
    """An item, and the number of ours that it is for."""

    number: PhoneNumber
    work: Work

    @property
    def _content(self) -> Content:
        content = self.work.item.content
        return content.content if isinstance(content, StandbyItem) else content

    @property
    def kind(self) -> type:
        """What goes together with its like."""
        if self.arrival is not None:
            return InboundMessage
        return HistoryMessage if self.old is not None else object

    @property
    def old(self) -> Old | None:
        """The message from before the connection that it is, or None."""
        if not isinstance(self._content, HistoryMessage):
            return None
        return Old(self.number, self._content, self.work.received_at)

    @property
    def report(self) -> Report | None:
        """The status that it is, or None."""
        if not isinstance(self._content, Status):
            return None
        return Report(self.number, self._content, self.work.received_at)

    @property
    def identity_change(self) -> SystemNotice | None:
        """The change of a person's identifiers that it is, or None."""
        return self._content if isinstance(self._content, SystemNotice) else None

    @property
    def told_at(self) -> datetime:
        """Meta's time of a change, or when it came."""
        notice = self.identity_change
        return (notice.at if notice else None) or self.work.received_at

    @property
    def arrival(self) -> Arrival | None:
        """The message of a customer that it is, or None. In standby we only watch."""
        if not isinstance(self._content, InboundMessage):
            return None
        observed = isinstance(self.work.item.content, StandbyItem)
        return Arrival(self.number, self._content, self.work.received_at, observed)


def _apply(number: PhoneNumber, content: Content, *, received_at: datetime) -> None:
    match content:
        case Echo() as echo:
            receive_echo(number, echo, received_at=received_at)
        case StandbyItem(Echo() as echo):
            receive_echo(number, echo, received_at=received_at, takes_over=False)
        case EchoChange() as change:
            receive_echo_change(number, change, received_at=received_at)
        case CallEvent() as call:
            receive_call(number, call, received_at=received_at)
        case UserPreference() as preference:
            set_marketing_consent(number, preference, received_at=received_at)
        case ContactSync() as entry:
            sync_address_book(number, entry)
            note_address_book(number, at=received_at)
        case HistoryNotice() as notice:
            note_history(number, notice, at=received_at)
        case ValueError_(errors):
            note_errors(number.account, errors, at=received_at)
        case HandoverEvent() as handover:
            change_watching(number, handover, received_at=received_at)
        case _:
            # Kept in the raw log. What has no effect here yet: docs/messages.md.
            log.info("an item of kind %s has no effect", type(content).__name__)
