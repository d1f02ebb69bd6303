"""From rows to shapes: conversations and messages, with the queries that they need."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.api.shapes import BotName, number_name
from accounts.models import NumberStatus, PhoneNumber
from inbox.api import shapes
from inbox.message_status import Status
from inbox.models import (
    BatchState,
    Conversation,
    Identity,
    Labelling,
    Media,
    Message,
    Reaction,
    ReadMark,
    SendBatch,
    StatusEvent,
)
from inbox.models.contacts import IdentityKind
from inbox.other_ids import ANSWERS
from inbox.ownership import Handoff, Mode
from inbox.pacing import PAIR
from inbox.waiting_list import held_because

HANDED_OFF: Final = (Handoff.REQUESTED, Handoff.QUEUED, Handoff.ASSIGNED)


# --- conversations ---


def with_relations(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Conversations with what their shape needs. Three queries."""
    return rows.select_related(
        "phone_number", "contact", "identity", "assignee", "team"
    ).prefetch_related(
        Prefetch("contact__identities", queryset=Identity.objects.order_by("created_at", "pk")),
        Prefetch("labellings", Labelling.objects.select_related("label").order_by("label__key")),
    )


def conversations_out(
    rows: Sequence[Conversation], *, person_id: UUID | None, at: datetime
) -> list[shapes.ConversationOut]:
    """These conversations; person_id: whose unread count. One query."""
    unread = _unread(rows, person_id)
    return [conversation_out(row, unread=unread[row.pk], at=at) for row in rows]


def _unread(rows: Sequence[Conversation], person_id: UUID | None) -> dict[UUID, int]:
    seen = {row.pk: row.seen_count for row in rows}
    if person_id is not None:
        marks = ReadMark.objects.filter(person=person_id, conversation__in=rows)
        seen = dict.fromkeys(seen, 0) | dict(marks.values_list("conversation_id", "seen_count"))
    return {row.pk: max(0, row.inbound_count - seen[row.pk]) for row in rows}


def conversation_out(row: Conversation, *, unread: int, at: datetime) -> shapes.ConversationOut:
    """One conversation."""
    number = row.phone_number
    bot = number.bot_id if row.mode == Mode.AI else None
    return shapes.ConversationOut(
        id=row.pk,
        organization_id=row.organization_id,
        status=row.status,
        legacy_status=legacy_status(row),
        snoozed_until=row.snoozed_until,
        mode=row.mode,
        owner_epoch=row.owner_epoch,
        handoff=_handoff(row),
        bot=BotName(id=bot, name=number.bot_name) if bot else None,
        assignee=shapes.Named(id=row.assignee.pk, name=row.assignee.name) if row.assignee else None,
        team=shapes.Named(id=row.team.pk, name=row.team.name) if row.team else None,
        priority="normal",
        tags=[one.label.name for one in row.labellings.all()],
        contact=_contact(row),
        identity=_identity(row),
        phone_number=number_name(number),
        window=_window(row, at=at),
        session_expires_at=row.window.expires_at,
        last_message=_last_message(row),
        last_inbound_id=row.last_inbound_id,
        last_inbound_at=row.last_inbound_at,
        last_outbound_at=row.last_outbound_at,
        message_count=row.message_count,
        unread_count=unread,
        ai_summary=None,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def legacy_status(row: Conversation) -> str:
    """`closed`, `handed_off` or `active`."""
    if row.status == "closed":
        return "closed"
    handed_off = row.mode == Mode.HUMAN and row.handoff_state in HANDED_OFF
    return "handed_off" if handed_off else "active"


def _handoff(row: Conversation) -> shapes.HandoffOut:
    person = "person" if row.assignee_id else None
    return shapes.HandoffOut(
        state=row.handoff_state,
        reason=row.handoff_reason or None,
        reasons=row.handoff_reasons,
        requested_at=row.handoff_requested_at,
        requested_by=row.handoff_requested_by or None,
        assigned_to="phone" if row.owned_by_phone else person,
        assigned_at=row.assigned_at,
        returned_at=row.returned_at,
        packet_id=None,
    )


def _contact(row: Conversation) -> shapes.ContactName | None:
    contact = row.contact
    if contact is None:
        return None
    own = [one.value for one in contact.identities.all() if one.kind == IdentityKind.BSUID]
    return shapes.ContactName(
        id=contact.pk,
        name=contact.name or contact.profile_name or None,
        profile_name=contact.profile_name or None,
        phone=contact.phone or None,
        bsuid=own[-1] if own else None,
        username=contact.username or None,
        opted_out=contact.opted_out_at is not None,
        blocked=contact.blocked_at is not None,
    )


def _identity(row: Conversation) -> shapes.IdentityOut | None:
    if row.identity is None:
        return None
    return shapes.IdentityOut(kind=row.identity.kind, value=row.identity.value)


def _window(row: Conversation, *, at: datetime) -> shapes.WindowOut:
    soon = timedelta(minutes=row.phone_number.closing_soon_minutes)
    free = row.free_entry_point_expires_at
    return shapes.WindowOut(
        state=row.window.state(at, closing_soon=soon),
        opened_at=row.window_opened_at,
        expires_at=row.window.expires_at,
        seconds_left=row.window.seconds_left(at),
        free_entry_point={"expires_at": free} if free else None,
    )


def _last_message(row: Conversation) -> shapes.LastMessage | None:
    if row.last_message_id is None or row.last_message_at is None:
        return None
    return shapes.LastMessage(
        id=row.last_message_id,
        preview=row.last_message_preview,
        direction=row.last_message_direction,
        type=row.last_message_type,
        at=row.last_message_at,
    )


# --- messages ---


def message_rows() -> QuerySet[Message]:
    """Messages with what their shape needs. Three queries."""
    rows = Message.objects.annotate(batch_stands_still=Exists(STANDING_STILL))
    return rows.select_related(
        "reply_to",
        "media",
        "phone_number",
        "conversation__identity",
        "conversation__contact",
    ).prefetch_related(Prefetch("reactions", queryset=Reaction.objects.order_by("at")), "retries")


STANDING_STILL: Final = SendBatch.objects.filter(pk=OuterRef("campaign_id")).exclude(
    state=BatchState.RUNNING
)


def waiting_for_something(at: datetime) -> Q:
    """Queued messages that come out as `held`: their number or their campaign is stopped, or it is
    not their time.
    """
    stopped = ~Q(phone_number__status=NumberStatus.ACTIVE)
    resting = Q(phone_number__paused_until__gt=at)
    pair = Q(conversation__pair_paid_until__gt=PAIR.closed_until(at))
    waits = stopped | Exists(STANDING_STILL) | resting | pair | Q(not_before__gt=at)
    return Q(status=Status.QUEUED) & waits


def message_out(row: Message, *, at: datetime) -> shapes.MessageOut:
    """One message of `message_rows`."""
    return shapes.MessageOut(**_fields(row, at=at))


def message_with_statuses(row: Message, *, at: datetime) -> shapes.MessageWithStatuses:
    """The same with every reported status, in order. One query."""
    events = StatusEvent.objects.filter(message=row).order_by("at", "pk")
    statuses = [shapes.StatusOut(status=one.status, at=one.at, error=one.error) for one in events]
    return shapes.MessageWithStatuses(**_fields(row, at=at), statuses=statuses)


def _fields(row: Message, *, at: datetime) -> dict[str, Any]:
    hold = hold_of(row, at=at)
    retries = list(row.retries.all())
    return {
        "id": row.pk,
        "conversation_id": row.conversation_id,
        "wamid": row.wamid,
        "direction": row.direction,
        "type": row.type,
        "status": Status.HELD if hold else row.shown_status,
        "sender": shapes.SenderOut(
            type=row.sender_type, id=row.sender_id, name=row.sender_name or None
        ),
        **_addresses(row),
        "reply_to": _reply_to(row),
        "reference": row.reference or None,
        "owner_epoch": row.owner_epoch,
        "campaign_id": row.campaign_id,
        "retry_of": row.retry_of_id,
        "retried_by": retries[0].pk if retries else None,
        **_content(row),
        "forwarded": row.forwarded,
        "content": row.content,
        "reactions": [
            shapes.ReactionOut(emoji=one.emoji, by=one.by, at=one.at)
            for one in row.reactions.all()
            if one.emoji
        ],
        **_changes(row),
        "pricing": row.pricing,
        "hold": hold,
        "failure": row.failure,
        "scheduled_at": row.scheduled_at,
        **{name: getattr(row, name) for name in MOMENTS},
    }


MOMENTS: Final = (
    "valid_until",
    "accepted_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "played_at",
    "failed_at",
    "meta_timestamp",
    "created_at",
)


def hold_of(row: Message, *, at: datetime) -> shapes.HoldOut | None:
    """Why a message waits; read off the number and the row, see docs of `held`."""
    number: PhoneNumber = row.phone_number
    if row.status == Status.HELD:
        code = str((row.hold or {}).get("code") or "window_closed")
        return shapes.HoldOut(code=code, message=held_because(row), until=None)
    if row.status != Status.QUEUED:
        return None
    if number.status != NumberStatus.ACTIVE:
        sentence = number.status_message or _("This number cannot send at the moment.")
        return shapes.HoldOut(code="number_paused", message=sentence, until=None)
    if _campaign_stands_still(row):
        sentence = _("Its campaign is paused.")
        return shapes.HoldOut(code="campaign_paused", message=sentence, until=None)
    if number.paused_until is not None and number.paused_until > at:
        sentence = number.status_message or _("Sending from this number rests for a moment.")
        code = "incident" if number.status_reason else "rate_limited"
        return shapes.HoldOut(code=code, message=sentence, until=number.paused_until)
    if row.undo_until is not None and row.undo_until > at:
        sentence = _("Whoever sent it can still take it back.")
        return shapes.HoldOut(code="undo", message=sentence, until=row.undo_until)
    if (paid_until := row.conversation.pair_paid_until) and paid_until > PAIR.closed_until(at):
        sentence = _("So much goes to this customer that WhatsApp slows it down.")
        until = PAIR.opened_by(paid_until)
        return shapes.HoldOut(code="pair_rate_limited", message=sentence, until=until)
    if row.not_before is not None and row.not_before > at:
        sentence = _("It is tried again in a moment.")
        return shapes.HoldOut(code="incident", message=sentence, until=row.not_before)
    return None


def _campaign_stands_still(row: Message) -> bool:
    """As `message_rows` has asked."""
    return bool(getattr(row, "batch_stands_still", False))


def _addresses(row: Message) -> dict[str, str | None]:
    ours = row.phone_number.phone or row.phone_number.display_phone_number or None
    contact, identity = row.conversation.contact, row.conversation.identity
    theirs = contact.phone if contact and contact.phone else None
    if theirs is None and identity is not None:
        theirs = identity.written
    outbound = row.direction == "outbound"
    return {"from_": ours, "to": theirs} if outbound else {"from_": theirs, "to": ours}


def _reply_to(row: Message) -> shapes.ReplyTo | None:
    if row.reply_to is not None:
        preview = str(row.reply_to.content.get("body") or "")[:160]
        return shapes.ReplyTo(id=row.reply_to.pk, wamid=row.reply_to.wamid, preview=preview)
    if row.reply_to_wamid:
        told = row.details.get(ANSWERS) or row.reply_to_wamid
        return shapes.ReplyTo(id=None, wamid=told, preview=None)
    return None


def _content(row: Message) -> dict[str, Any]:
    details = row.details
    body = str(row.content.get("body") or "")
    preview_url = bool(details.get("preview_url"))
    template = row.template_name and shapes.TemplateName(
        name=row.template_name,
        language=row.template_language,
        category=row.template_category or None,
    )
    return {
        "text": shapes.TextOut(body=body, preview_url=preview_url) if row.type == "text" else None,
        "media": _media(row),
        "template": template or None,
        "interactive": _interactive(row),
        **{name: details.get(name) for name in DETAILS},
    }


DETAILS: Final = ("button", "location", "contacts", "order", "system", "referral")


def _interactive(row: Message) -> dict[str, Any] | None:
    """Outbound: Meta's object. Inbound: the tap or the filled form, its answer as JSON."""
    found: dict[str, Any] | None = row.details.get("interactive")
    if found is None or row.direction == "outbound":
        return found
    names = ("type", "id", "title", "description")
    return {name: found.get(name) for name in names} | {"response": _parsed(found)}


def _parsed(found: dict[str, Any]) -> Any:
    text = found.get("response_json")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _media(row: Message) -> shapes.MediaOut | None:
    media: Media | None = getattr(row, "media", None)
    if media is None:
        return None
    return shapes.MediaOut(
        id=media.pk,
        kind=media.kind,
        mime_type=media.mime_type or media.declared_mime_type or None,
        size=media.size,
        sha256=media.sha256 or None,
        filename=media.filename or None,
        caption=row.content.get("body"),
        voice=media.voice,
        animated=media.animated,
        url=None,
        state=media.state,
    )


def _changes(row: Message) -> dict[str, Any]:
    versions = row.details.get("versions", [])
    edited = {"at": row.edited_at, "versions": versions} if row.edited_at else None
    by = "contact" if row.direction == "inbound" else "device"
    deleted = {"at": row.deleted_at, "by": by} if row.deleted_at else None
    return {"edited": edited, "deleted": deleted}
