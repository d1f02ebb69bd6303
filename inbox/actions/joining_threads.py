"""Two threads of one person become one: everything in the younger goes into the elder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from accounts.actors import SYSTEM
from accounts.events import announce, move_events
from inbox import ownership, window
from inbox.actions.answering import answer_successor
from inbox.actions.ownership import cancel_stale_ai_messages, change_owner
from inbox.actions.waiting import counts_as_unread, find_within, take_newer
from inbox.models import (
    CallStep,
    Conversation,
    Draft,
    Labelling,
    Media,
    Message,
    Note,
    Reaction,
    ReadMark,
    Suggestion,
)
from inbox.models.conversations import ConversationStatus
from inbox.sight import Holder

_T = TypeVar("_T", datetime, UUID)
# What repeats the newest message, the newest one of the customer, and whom Meta lets answer.
OF_NEWEST: Final = tuple(
    f"last_message_{name}" for name in ("id", "at", "preview", "direction", "type")
)
OF_NEWEST_INBOUND: Final = ("last_inbound_id", "last_inbound_wamid", "last_inbound_at")
OF_OWNER: Final = (
    *("handoff_reason", "handoff_reasons", "handoff_requested_at", "handoff_requested_by"),
    *("assigned_at", "returned_at", "return_note", "last_assignee_id"),
)
LATEST: Final = (
    *("free_entry_point_expires_at", "last_outbound_at", "last_queued_id", "last_activity_at"),
    *("pair_paid_until", "typing_told_at"),
)
SUMS: Final = ("message_count", "inbound_count", "seen_count")
# Where something is still owed, the whole is not done.
MOST_OWED_FIRST: Final = (
    ConversationStatus.OPEN,
    ConversationStatus.PENDING_CUSTOMER,
    ConversationStatus.SNOOZED,
    ConversationStatus.CLOSED,
)


def join_threads(elder: Conversation, younger: Conversation, *, at: datetime) -> None:
    """The elder is then as if all had come into it; the younger is gone. Both are locked.

    What the assistant had ready in the younger stays as a suggestion.
    """
    was, gone = younger.holder, younger.pk
    younger.owner_epoch += 1
    cancel_stale_ai_messages(younger, by=SYSTEM, at=at)
    younger.owner_epoch -= 1
    newest = younger.last_inbound_id
    _move_rows(elder, younger)
    move_events(elder.organization_id, of=younger.pk, to=elder.pk)
    _gather(elder, younger)
    _own(elder, younger, at=at)
    answer_successor(elder)
    elder.save()
    younger.delete()
    find_within(elder, at=at)
    _tell(elder, gone=gone, was=was, newest=newest, at=at)


def _tell(
    elder: Conversation, *, gone: UUID, was: Holder, newest: UUID | None, at: datetime
) -> None:
    """newest: the customer's newest message that came along. was: who saw the thread that is gone.

    Two events: each page is told of the thread that it shows.
    """
    announce(
        "conversation.joined",
        elder.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=elder.pk,
        ids=[gone, *([newest] if newest else [])],
    )
    announce(
        "conversation.went_into",
        elder.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=gone,
        ids=[elder.pk],
        **was.as_data(),
    )


# --- the rows ---


def _move_rows(elder: Conversation, younger: Conversation) -> None:
    Message.objects.filter(conversation=younger).update(conversation=elder)
    Suggestion.objects.filter(conversation=younger).update(conversation=elder)
    Note.objects.filter(conversation=younger).update(conversation=elder)
    Media.objects.filter(conversation=younger).update(conversation=elder)
    known = Labelling.objects.filter(conversation=elder).values("label")
    mine = Labelling.objects.filter(conversation=younger)
    mine.exclude(label__in=known).update(conversation=elder)
    _move_calls(elder, younger)
    _move_reactions(elder, younger)
    _move_read_marks(elder, younger)
    _move_drafts(elder, younger)


def _move_calls(elder: Conversation, younger: Conversation) -> None:
    known = set(CallStep.objects.filter(conversation=elder).values_list("call_id", "event"))
    for step in CallStep.objects.filter(conversation=younger):
        if (step.call_id, step.event) not in known:
            CallStep.objects.filter(pk=step.pk).update(conversation=elder)


def _move_reactions(elder: Conversation, younger: Conversation) -> None:
    """Of two of one side to one message the newer shows; that it was unread counts once."""
    for one in Reaction.objects.filter(conversation=younger).select_related("message"):
        twin = (
            Reaction.objects.filter(
                conversation=elder, target_wamid=one.target_wamid, by=one.by, who=one.who
            )
            .select_related("message")
            .first()
        )
        if twin is None:
            Reaction.objects.filter(pk=one.pk).update(conversation=elder)
            continue
        take_newer(twin, one)
        if twin.message is None:
            Reaction.objects.filter(pk=twin.pk).update(message=one.message)
        elif one.message is not None and counts_as_unread(one, one.message):
            elder.inbound_count -= 1


def _move_read_marks(elder: Conversation, younger: Conversation) -> None:
    for mark in ReadMark.objects.filter(conversation=younger):
        mine, _made = ReadMark.objects.get_or_create(
            conversation=elder, person_id=mark.person_id, defaults={"updated_at": mark.updated_at}
        )
        ReadMark.objects.filter(pk=mine.pk).update(
            seen_count=mine.seen_count + mark.seen_count,
            updated_at=max(mine.updated_at, mark.updated_at),
        )


def _move_drafts(elder: Conversation, younger: Conversation) -> None:
    """Who has typed in both finds both, one below the other."""
    for draft in Draft.objects.filter(conversation=younger):
        mine = Draft.objects.filter(conversation=elder, person_id=draft.person_id).first()
        if mine is None:
            Draft.objects.filter(pk=draft.pk).update(conversation=elder)
        else:
            texts = [text for text in (mine.text, draft.text) if text.strip()]
            Draft.objects.filter(pk=mine.pk).update(text="\n\n".join(texts))


# --- the thread itself (not saved yet) ---


def _gather(elder: Conversation, younger: Conversation) -> None:
    for name in SUMS:
        setattr(elder, name, getattr(elder, name) + getattr(younger, name))
    for name in LATEST:
        setattr(elder, name, _latest(getattr(elder, name), getattr(younger, name)))
    if _is_newer(younger, elder, "last_message_at", "last_message_id"):
        _take(elder, younger, OF_NEWEST)
    _answer(elder, younger)
    if _is_newer(younger, elder, "observed_at"):
        _take(elder, younger, ("observed", "observed_at"))
    if younger.receipt_due_wamid:
        _take(elder, younger, ("receipt_due_wamid", "receipt_typing"))
    elder.created_at = min(elder.created_at, younger.created_at)
    elder.team_id = elder.team_id or younger.team_id
    _open_window(elder, younger)


def _answer(elder: Conversation, younger: Conversation) -> None:
    """Whom it answers: who wrote last, else who was named last."""
    wrote = (elder.last_inbound_at, younger.last_inbound_at)
    by = "identity_at" if wrote == (None, None) else "last_inbound_at"
    if _is_newer(younger, elder, by):
        _take(elder, younger, (*OF_NEWEST_INBOUND, "identity_id", "identity_at"))


def _open_window(elder: Conversation, younger: Conversation) -> None:
    opened = _latest(elder.window_opened_at, younger.window_opened_at)
    closed = _latest(elder.window_closed_at, younger.window_closed_at)
    if closed is not None:
        opened = window.closed_by(closed, before=opened, closed_before=None)
    elder.window_opened_at, elder.window_closed_at = opened, closed


def _own(elder: Conversation, younger: Conversation, *, at: datetime) -> None:
    closed = ConversationStatus.CLOSED
    now = ownership.joined(
        elder.ownership,
        younger.ownership,
        younger_is_newer=_is_newer(younger, elder, "assigned_at"),
        elder_is_closed=elder.status == closed and younger.status != closed,
    )
    statuses = (elder.status, younger.status)
    owed = next(one for one in MOST_OWED_FIRST if one in statuses)
    if owed != elder.status:
        elder.status, elder.snoozed_until = owed, younger.snoozed_until
    elder.version = max(elder.version, younger.version) + 1
    if now is not None:
        _take(elder, younger, OF_OWNER)
        change_owner(elder, now, by=SYSTEM, at=at, reason="joined")


def _take(elder: Conversation, younger: Conversation, names: Iterable[str]) -> None:
    for name in names:
        setattr(elder, name, getattr(younger, name))


def _is_newer(one: Conversation, other: Conversation, *names: str) -> bool:
    """By the first of these fields; the next ones decide between equals. Nothing is oldest."""
    mine, theirs = ([getattr(row, name) for name in names] for row in (one, other))
    if None in mine or None in theirs:
        return mine[0] is not None and theirs[0] is None
    return bool(mine > theirs)


def _latest(one: _T | None, other: _T | None) -> _T | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
