"""One line of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from inbox import wording
from inbox.list_shapes import Row
from inbox.markup import plain
from inbox.models import Conversation, Message
from inbox.ownership import OwnerState
from inbox.presentation.naming import name_of, order_of
from inbox.shapes import LabelChip, Variant

PREVIEW_LENGTH = 160  # of the column
MOST_LABELS = 1


def row(
    conversation: Conversation,
    last: Message | None,
    variant: Variant,
    *,
    at: datetime,
    several_numbers: bool,
    labels: Sequence[LabelChip] = (),
    hit: tuple[tuple[str, bool], ...] = (),
) -> Row:
    """One line of the list. last: its newest message, if there is one. hit: what a search found."""
    name = name_of(conversation)
    kind = conversation.last_message_type
    when = conversation.last_message_at
    is_deleted = last is not None and last.deleted_at is not None
    return Row(
        id=conversation.pk,
        order=order_of(conversation.last_activity_at, conversation.pk),
        name=name,
        initials=wording.initials(name),
        number=conversation.phone_number.short_name if several_numbers else "",
        preview=_("This message was deleted.")
        if is_deleted
        else plain(conversation.last_message_preview, longest=PREVIEW_LENGTH)
        or (wording.kind_label(kind) if kind else _("No messages yet")),
        preview_icon="slash-circle" if is_deleted else wording.KIND_ICONS.get(kind, ""),
        direction=conversation.last_message_direction,
        tick=wording.tick(last, zone=variant.zone) if last else None,
        at=when,
        time=wording.row_time(when, variant.zone, now=at),
        exact_time=wording.exact_time(when, variant.zone),
        window=wording.window_chip(conversation.pk, conversation.window, at=at),
        snooze=wording.snooze_chip(conversation, variant.zone, now=at),
        owner=wording.owner_chip(conversation),
        ai=conversation.ownership.state is OwnerState.AI,
        status=conversation.status,
        labels=tuple(labels[:MOST_LABELS]),
        more_labels=max(0, len(labels) - MOST_LABELS),
        hit=hit,
    )
