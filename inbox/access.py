"""The only way from an id to a row: "missing" and "not yours" get one answer."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Person, TeamMember
from inbox.models import (
    CannedReply,
    Contact,
    Conversation,
    Label,
    Media,
    MediaState,
    MergeSuggestion,
    Message,
    Suggestion,
)


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


def label_for(person: Person, label_id: UUID) -> Label:
    """A label of this person's organization; Http404 otherwise."""
    return get_object_or_404(Label, pk=label_id, organization_id=person.organization_id)


def usable_replies(person: Person) -> QuerySet[CannedReply]:
    """The canned replies that this person is offered: everybody's, their teams', their own."""
    teams = TeamMember.objects.filter(person=person).values("team")
    rows = CannedReply.objects.filter(organization_id=person.organization_id, deleted_at=None)
    return rows.filter(Q(team=None, owner=None) | Q(team__in=teams) | Q(owner=person))


def usable_reply_for(person: Person, reply_id: UUID) -> CannedReply:
    """One of those; Http404 otherwise."""
    return get_object_or_404(usable_replies(person), pk=reply_id)


def reply_for(person: Person, reply_id: UUID) -> CannedReply:
    """A canned reply of this person's organization, deleted ones too; nobody else's own."""
    rows = CannedReply.objects.filter(organization_id=person.organization_id)
    return get_object_or_404(rows.filter(Q(owner=None) | Q(owner=person)), pk=reply_id)


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
