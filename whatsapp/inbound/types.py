"""What a webhook says: statuses, echoes, calls, … and the item that carries each of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from whatsapp.ids import Bsuid, PhoneNumberId, WabaId, WaId, Wamid
from whatsapp.inbound.content import Edit, Revoke
from whatsapp.inbound.health import AccountUpdate, NumberUpdate, TemplateUpdate
from whatsapp.inbound.message import NOBODY, InboundMessage, WebhookError, WhatsAppUser


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a message costs. Decide by type and category: `billable` is to be removed by Meta."""

    billable: bool | None
    model: str | None
    type: str | None
    category: str | None
    cost: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """A step in the life of a message we sent. status: any word; unknown ones are kept.

    opaque: our own id, as given in `biz_opaque_callback_data`.
    participant: the person, when the recipient is a group.
    free_entry_point_until: end of the free period after an ad, where this status states one.
    """

    wamid: Wamid
    status: str
    at: datetime | None
    opaque: str | None = None
    recipient_wa_id: WaId | None = None
    recipient_bsuid: Bsuid | None = None
    participant: str | None = None
    group_id: str | None = None
    pricing: Pricing | None = None
    conversation: dict[str, Any] | None = None
    errors: tuple[WebhookError, ...] = ()
    user: WhatsAppUser = NOBODY
    free_entry_point_until: datetime | None = None
    template_id: str | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """A message written by the business elsewhere: its phone app, or another app (standby)."""

    message: InboundMessage
    to: WhatsAppUser


@dataclass(frozen=True, slots=True)
class EchoChange:
    """The business edited or deleted one of its own messages in its phone app."""

    wamid: Wamid
    at: datetime | None
    to: WhatsAppUser
    change: Edit | Revoke


@dataclass(frozen=True, slots=True)
class HistoryMessage:
    """A message from before the connection. Silent: no unread, no window, no notification.

    status: the word of `history_context` (READ, DELIVERED, …); None on late media.
    fills_placeholder: a file that replaces the placeholder stored under the same wamid.
    """

    message: InboundMessage
    outgoing: bool
    status: str | None = None
    fills_placeholder: bool = False


@dataclass(frozen=True, slots=True)
class HistoryNotice:
    """Progress of the import, one per chunk, before its messages. progress: 0 to 100."""

    phase: int | None
    chunk_order: int | None
    progress: int | None
    errors: tuple[WebhookError, ...] = ()

    @property
    def declined(self) -> bool:
        """Whether the owner chose not to share the history. Not a fault."""
        return any(error.code == 2593109 for error in self.errors)


@dataclass(frozen=True, slots=True)
class ContactSync:
    """A change in the address book of the phone app. action: add or remove."""

    action: str
    user: WhatsAppUser
    full_name: str | None
    first_name: str | None
    phone: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SystemNotice:
    """A person's identifiers changed. Opens nothing; new ids are aliases of the old ones."""

    wamid: Wamid | None
    at: datetime | None
    kind: str
    old_wa_id: WaId | None = None
    new_wa_id: WaId | None = None
    old_bsuid: Bsuid | None = None
    new_bsuid: Bsuid | None = None
    old_parent_bsuid: Bsuid | None = None
    new_parent_bsuid: Bsuid | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A step of a call. Connect and terminate of one call share `call_id`.

    event: connect, terminate, …; "status" where only a status is reported.
    missed: the customer rang and the call ended without ever starting.
    """

    call_id: str
    event: str
    direction: str | None
    user: WhatsAppUser
    at: datetime | None
    status: str | None = None
    missed: bool = False
    duration_s: int | None = None
    opaque: str | None = None
    errors: tuple[WebhookError, ...] = ()


@dataclass(frozen=True, slots=True)
class UserPreference:
    """The customer's choice about marketing messages. value: stop, resume or signup."""

    user: WhatsAppUser
    category: str
    value: str
    at: datetime | None
    detail: str | None = None
    signup_id: str | None = None


@dataclass(frozen=True, slots=True)
class HandoverEvent:
    """Conversation Routing gave the thread to somebody. kind: control_passed, control_taken."""

    kind: str
    user: WhatsAppUser
    at: datetime | None
    previous_owner_role: str | None = None
    new_owner_role: str | None = None
    metadata: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class StandbyItem:
    """Something seen in a thread that another app owns: watch, do not answer."""

    content: InboundMessage | Status | Echo


@dataclass(frozen=True, slots=True)
class ValueError_:  # noqa: N801 - Meta's `value.errors`, not a ValueError
    """An error of the number or the app as a whole, without a message."""

    errors: tuple[WebhookError, ...]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A field or object nobody here knows. Not a fault: kept, without effect."""

    kind: str
    raw: Any = dataclasses.field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that cannot be used. A dead letter, with the reason in plain words."""

    reason: str
    raw: Any = dataclasses.field(repr=False, compare=False)


Content = (
    InboundMessage
    | Status
    | Echo
    | EchoChange
    | HistoryMessage
    | HistoryNotice
    | ContactSync
    | SystemNotice
    | CallEvent
    | UserPreference
    | TemplateUpdate
    | NumberUpdate
    | AccountUpdate
    | HandoverEvent
    | StandbyItem
    | ValueError_
    | Unsupported
    | Malformed
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened, with the address it came to.

    path: where it stood in the body ("entry[0].changes[1].value.messages[2]").
    raw: its JSON, already free of NUL and of lone surrogates: safe to store.
    entry_at: when Meta says the webhook was made, where it says so.
    """

    field: str
    waba_id: WabaId
    phone_number_id: PhoneNumberId | None
    path: str
    content: Content
    raw: Any = dataclasses.field(repr=False, compare=False)
    entry_at: datetime | None = None
