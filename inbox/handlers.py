"""Items of webhooks for this app: which action each one becomes."""

from __future__ import annotations

import logging
from datetime import datetime

from accounts.actions.notices import note_errors
from accounts.models import PhoneNumber
from inbox.actions.calls import receive_call
from inbox.actions.consent import set_marketing_consent
from inbox.actions.echoes import receive_echo, receive_echo_change
from inbox.actions.history import import_from_phone, sync_address_book
from inbox.actions.identities import apply_system_notice
from inbox.actions.receiving import receive_message
from inbox.actions.routing import change_watching
from inbox.actions.statuses import apply_status
from inbox.actions.unplaced import note_address_book, note_history, note_not_connected
from whatsapp.inbound import (
    CallEvent,
    ContactSync,
    Echo,
    EchoChange,
    HandoverEvent,
    HistoryMessage,
    HistoryNotice,
    InboundMessage,
    Item,
    StandbyItem,
    Status,
    SystemNotice,
    UserPreference,
    ValueError_,
)

log = logging.getLogger(__name__)


def messages(
    item: Item,
    *,
    received_at: datetime,
    secret_fingerprint: str,
) -> None:
    """Applies one item to its number's threads; one for a number not ours is only listed.

    Raises: ValueError for an item that cannot be applied: a dead letter.
    """
    number = (
        PhoneNumber.objects.select_related("organization", "account")
        .filter(meta_phone_number_id=item.phone_number_id or "")
        .first()
    )
    if number is None:
        log.info("an item of field %s is for a number that is not connected here", item.field)
        note_not_connected(item, secret_fingerprint=secret_fingerprint, at=received_at)
        return
    apply(number, item, received_at=received_at)


def apply(number: PhoneNumber, item: Item, *, received_at: datetime) -> None:
    """The same for a number that is known."""
    match item.content:
        case InboundMessage() as message:
            receive_message(number, message, received_at=received_at)
        case Status() as status:
            apply_status(number, status, received_at=received_at)
        case Echo() as echo:
            receive_echo(number, echo, received_at=received_at)
        case EchoChange() as change:
            receive_echo_change(number, change, received_at=received_at)
        case SystemNotice() as notice:
            apply_system_notice(number, notice, received_at=received_at)
        case CallEvent() as call:
            receive_call(number, call, received_at=received_at)
        case UserPreference() as preference:
            set_marketing_consent(number, preference, received_at=received_at)
        case HistoryMessage() as imported:
            import_from_phone(number, imported, received_at=received_at)
        case ContactSync() as entry:
            sync_address_book(number, entry)
            note_address_book(number, at=received_at)
        case HistoryNotice() as notice:
            note_history(number, notice, at=received_at)
        case ValueError_(errors):
            note_errors(number.account, errors, at=received_at)
        case HandoverEvent() as handover:
            change_watching(number, handover, received_at=received_at)
        case StandbyItem(content):
            _watch(number, content, received_at=received_at)
        case _:
            # Kept in the raw log. What has no effect here yet: docs/messages.md.
            log.info("an item of kind %s has no effect", type(item.content).__name__)


def _watch(
    number: PhoneNumber, content: InboundMessage | Status | Echo, *, received_at: datetime
) -> None:
    match content:
        case InboundMessage() as message:
            receive_message(number, message, received_at=received_at, observed=True)
        case Status() as status:
            apply_status(number, status, received_at=received_at)
        case Echo() as echo:
            receive_echo(number, echo, received_at=received_at, takes_over=False)
