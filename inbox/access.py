"""The only way from an id to a row: "missing" and "not yours" get one answer."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Person, Role, TeamMember
from accounts.models.people import AgentsSee
from inbox.models import (
    CannedReply,
    Contact,
    ContactImport,
    Conversation,
    Erasure,
    ErasureStep,
    Export,
    ExportState,
    Label,
    Media,
    MediaState,
    MergeSuggestion,
    Message,
    Suggestion,
)
from inbox.models.conversations import ConversationStatus
from inbox.models.duties import EXPORT_KEPT_FOR
from inbox.persons import widened
from inbox.sight import EVERYTHING, Sight

STEPS_UP: Final = 3
"""How far a list follows merged contacts to the one that stands for them."""


def is_limited(person: Person) -> bool:
    """Whether this person sees only what is theirs, their teams', or nobody's."""
    return person.role == Role.AGENT and person.organization.agents_see == AgentsSee.OWN_AND_TEAM


def sight_of(person: Person) -> Sight:
    """What this person sees, as a value. One query where it is limited."""
    if not is_limited(person):
        return EVERYTHING
    return Sight(person.pk, frozenset(_teams_of(person).values_list("team", flat=True)))


def _teams_of(person: Person) -> QuerySet[TeamMember]:
    return TeamMember.objects.filter(person=person)


def conversations_in(organization_id: UUID) -> QuerySet[Conversation]:
    """Every conversation of the organization: for programs, whose keys have bounds of their own."""
    return Conversation.objects.filter(organization_id=organization_id)


def visible_conversations(person: Person) -> QuerySet[Conversation]:
    """Every conversation that this person may see: the one place that says which (decision 0012).

    Used by list, counters, search, threads, media, contacts, exports, live pages and the API. The
    same rule over values is `inbox.sight.Sight.sees`. Teams come by a subquery: no row twice.
    """
    rows = conversations_in(person.organization_id)
    if not is_limited(person):
        return rows
    never_had = ~Q(status=ConversationStatus.CLOSED) | Q(last_assignee_id=None)
    theirs = Q(assignee=person) | Q(team__in=_teams_of(person).values("team"))
    nobodys = Q(assignee=None, team=None) & (never_had | Q(last_assignee_id=person.pk))
    return rows.filter(theirs | nobodys)


def visible_contacts(person: Person) -> QuerySet[Contact]:
    """Every contact of whose person this one may see a conversation; with no limits, every contact.

    A chain of merges is followed up for `STEPS_UP` steps.
    """
    rows = Contact.objects.filter(organization_id=person.organization_id)
    if not is_limited(person):
        return rows
    return rows.filter(_with_a_thread_among(visible_conversations(person)))


def _with_a_thread_among(threads: QuerySet[Conversation]) -> Q:
    """Contacts with one of these threads, and those that stand for such a contact."""
    found = Q(pk__in=threads.values("contact"))
    step = "contact__merged_into"
    for _step in range(STEPS_UP):
        found |= Q(pk__in=threads.filter(**{f"{step}__isnull": False}).values(step))
        step = f"{step}__merged_into"
    return found


def sees_person_of(person: Person, contact: Contact) -> bool:
    """Whether this person may see a conversation of whoever this contact is. Few queries."""
    if not is_limited(person):
        return True
    ids = widened(contact.organization_id, [contact.pk])
    return visible_conversations(person).filter(contact__in=ids).exists()


def conversation_seen(person: Person, conversation_id: UUID) -> Conversation | None:
    """The conversation, if this person may see it: an act of theirs can have ended that."""
    rows = visible_conversations(person).select_related(
        "phone_number__account", "contact__merged_into", "identity", "assignee", "team"
    )
    return rows.filter(pk=conversation_id).first()


def conversation_for(person: Person, conversation_id: UUID) -> Conversation:
    """The conversation, if this person may see it; Http404 otherwise."""
    conversation = conversation_seen(person, conversation_id)
    if conversation is None:
        raise Http404
    return conversation


def message_for(person: Person, conversation_id: UUID, message_id: UUID) -> Message:
    """A message of a conversation this person may see."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(Message, pk=message_id, conversation=conversation)


def suggestion_for(person: Person, conversation_id: UUID, suggestion_id: UUID) -> Suggestion:
    """A suggestion of the assistant in a conversation this person may see."""
    conversation = conversation_for(person, conversation_id)
    return get_object_or_404(Suggestion, pk=suggestion_id, conversation=conversation)


def contact_for(person: Person, contact_id: UUID) -> Contact:
    """A contact of whose person this one may see a conversation; Http404 otherwise."""
    contact = get_object_or_404(
        Contact.objects.select_related("merged_into", "organization"),
        pk=contact_id,
        organization_id=person.organization_id,
    )
    if not sees_person_of(person, contact):
        raise Http404
    return contact


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
