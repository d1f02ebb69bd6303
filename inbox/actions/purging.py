"""What this app keeps goes in small batches, when it is older than somebody wants it to be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.actions.redacting import forget_events
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.models import Organization
from inbox.actions import forgetting
from inbox.actions.exports import remove_old_exports
from inbox.actions.threads import hold
from inbox.erasing import finding
from inbox.models import (
    ContactImport,
    Conversation,
    Draft,
    Message,
    Note,
    PendingStatus,
    Reaction,
    Suggestion,
)
from inbox.models.conversations import ConversationStatus
from inbox.models.duties import EXPORT_KEPT_FOR, WORKERS_TURN

BATCH: Final = 500


def purge_parked_statuses() -> int:
    """Removes one batch of those that are older than `RAW_LOG_DAYS`; how many."""
    with transaction.atomic():
        old = PendingStatus.objects.filter(
            created_at__lt=database_now() - timedelta(days=settings.RAW_LOG_DAYS)
        ).order_by("pk")
        # Whoever applies one now has locked it by deleting it: that one is skipped.
        ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        PendingStatus.objects.filter(pk__in=ids).delete()
    return len(ids)


def purge_closed_conversations() -> int:
    """Empties one conversation that has been closed for as many months as its organization says.

    How many messages went, 1 also where it was opened again just now. The conversation itself
    stays, with whom it was and when. What a replay of an old file brings back goes again. A note
    is something that happens in it, too: it goes with the messages, as long after.
    """
    at = database_now()
    wanted = Organization.objects.exclude(closed_months=None)
    for organization, months in wanted.values_list("pk", "closed_months"):
        before = at - timedelta(days=30.44 * (months or 0))
        notes = Note.objects.filter(conversation=OuterRef("pk"))
        old = Conversation.objects.filter(
            Q(message_count__gt=0) | Exists(notes),
            ~Exists(notes.filter(created_at__gte=before)),
            organization=organization,
            status=ConversationStatus.CLOSED,
            last_activity_at__lt=before,
        )
        conversation = old.order_by("last_activity_at").first()
        if conversation is not None:
            return _emptied(conversation)
    return 0


def _emptied(conversation: Conversation) -> int:
    """One batch of its messages; with the last of them all that is beside them."""
    rows = Message.objects.filter(conversation=conversation).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    with unit_of_work(durable=True):
        hold([conversation.pk])
        still = Conversation.objects.filter(pk=conversation.pk, status=ConversationStatus.CLOSED)
        if not still.exists():
            return 1  # the customer is back: nothing goes here, and the next one has its turn
        forgetting.remove_files(finding.files_of([conversation.pk]).filter(message__in=ids))
        Message.objects.filter(pk__in=ids).delete()
        if len(ids) < BATCH:
            _forget_what_is_beside(conversation)
            still.update(message_count=0, last_message_id=None, last_message_preview="")
            while forget_events(conversation.organization_id, [conversation.pk]):
                pass
    return max(1, len(ids))


def _forget_what_is_beside(conversation: Conversation) -> None:
    forgetting.remove_files(finding.files_of([conversation.pk]))
    finding.files_of([conversation.pk]).delete()
    for model in (Draft, Note, Suggestion, Reaction):
        model._default_manager.filter(conversation=conversation).delete()


def purge_exports() -> int:
    """Removes the files of exports a day after they were ready; how many."""
    return remove_old_exports(at=database_now(), most=BATCH)


def purge_imports() -> int:
    """Removes what imports have left a day after somebody did the last thing with them."""
    rows = ContactImport.objects.exclude(state__in=WORKERS_TURN).exclude(path="", rows_path="")
    old = list(
        rows.filter(created_at__lt=database_now() - EXPORT_KEPT_FOR).order_by("created_at")[:BATCH]
    )
    for one in old:
        forgetting.remove_import(one)
    return len(old)
