"""The only way from an id to a row: "missing" and "not yours" get one answer."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Person
from inbox.models import (
    Contact,
    ContactImport,
    Conversation,
    Erasure,
    ErasureStep,
    Export,
    ExportState,
    Media,
    MediaState,
    MergeSuggestion,
    Message,
    Suggestion,
)
from inbox.models.duties import EXPORT_KEPT_FOR


def visible_conversations(organization_id: UUID) -> QuerySet[Conversation]:
    """Every conversation of the organization. Used by list, counters, media, events and API.

    Limits by team will be one more condition, here.
    """
    return Conversation.objects.filter(organization_id=organization_id)


def conversation_for(person: Person, conversation_id: UUID) -> Conversation:
    """The conversation, if this person may see it; Http404 otherwise."""
    return get_object_or_404(
        visible_conversations(person.organization_id).select_related(
            "phone_number__account", "contact__merged_into", "identity", "assignee"
        ),
        pk=conversation_id,
    )


def message_for(person: Person, conversation_id: UUID, message_id: UUID) -> Message:
    """A message of a conversation this person may see."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(Message, pk=message_id, conversation=conversation)


def suggestion_for(person: Person, conversation_id: UUID, suggestion_id: UUID) -> Suggestion:
    """A suggestion of the assistant in a conversation this person may see."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(Suggestion, pk=suggestion_id, conversation=conversation)


def contact_for(person: Person, contact_id: UUID) -> Contact:
    """A contact of this person's organization; Http404 otherwise."""
    return get_object_or_404(
        Contact.objects.select_related("merged_into", "organization"),
        pk=contact_id,
        organization_id=person.organization_id,
    )


def merge_suggestion_for(person: Person, suggestion_id: UUID) -> MergeSuggestion:
    """A suggested merge of this person's organization; Http404 otherwise."""
    return get_object_or_404(
        MergeSuggestion, pk=suggestion_id, organization_id=person.organization_id
    )


def media_for(person: Person, media_id: UUID) -> Media:
    """A file that is there, of a conversation this person may see."""
    media = get_object_or_404(Media.objects.select_related("message"), pk=media_id)
    message, thread = media.message, media.conversation_id
    if media.state != MediaState.READY or (message is not None and message.deleted_at):
        raise Http404
    if message is not None:
        thread = message.conversation_id
    if thread is None:
        raise Http404  # given by a program, and in no conversation
    conversation_for(person, thread)
    return media


def attachment_for(person: Person, conversation_id: UUID, media_id: UUID) -> Media:
    """A file that somebody put into a conversation which this person may see."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(
        Media, pk=media_id, conversation=conversation, direction="outbound", state=MediaState.READY
    )


def file_of(person: Person, conversation_id: UUID, media_id: UUID) -> Media:
    """A file of a conversation this person may see, also one that is not there yet."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(Media, pk=media_id, message__conversation=conversation)


def export_for(person: Person, export_id: UUID) -> Export:
    """An export that this person asked for; for everybody else there is none."""
    return get_object_or_404(
        Export, pk=export_id, asked_by=person, organization_id=person.organization_id
    )


def ready_export_for(person: Person, export_id: UUID) -> Export:
    """The same, whose file is there, for a day."""
    return get_object_or_404(
        Export,
        pk=export_id,
        asked_by=person,
        organization_id=person.organization_id,
        state=ExportState.READY,
        ended_at__gt=timezone.now() - EXPORT_KEPT_FOR,
    )


def import_for(person: Person, import_id: UUID) -> ContactImport:
    """An import of contacts of this person's organization; Http404 otherwise."""
    return get_object_or_404(
        ContactImport.objects.select_related("organization"),
        pk=import_id,
        organization_id=person.organization_id,
    )


def erasure_for(person: Person, erasure_id: UUID) -> Erasure:
    """An erasure of this person's organization that is done; Http404 otherwise."""
    return get_object_or_404(
        Erasure.objects.select_related("organization"),
        pk=erasure_id,
        organization_id=person.organization_id,
        step=ErasureStep.DONE,
    )
