"""The contact pane: who this person is, under every address, and who else may be them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from inbox import gallery, labels, persons, targets, wording
from inbox.models import Contact, Conversation, Identity, MergeSuggestion
from inbox.models.contacts import IdentityKind
from inbox.person_shapes import ContactPanel, MergeHint, SameContact, ThreadLink
from inbox.presentation import address_of, name_of, name_of_contact, reason_text
from inbox.shapes import Variant
from inbox.sight import Sight
from whatsapp.phone import display

MOST_HINTS = 3
MOST_THREADS = 20


@dataclass(frozen=True, slots=True)
class _Person:
    """What the pane reads: its contacts, the one that stands for them first."""

    contacts: tuple[Contact, ...] = ()
    identities: tuple[Identity, ...] = ()
    threads: tuple[Conversation, ...] = ()
    hints: tuple[MergeSuggestion, ...] = ()

    def shown(self, field: str) -> str:
        """The first of the contacts that knows this."""
        values = (str(getattr(one, field) or "") for one in self.contacts)
        return next(filter(None, values), "")


def panel(
    conversation: Conversation, variant: Variant, sight: Sight, *, at: datetime
) -> ContactPanel:
    """The pane beside the thread. Nine queries, twelve where several contacts are one person.

    Targets of the organization cost it up to eight more.
    sight: who sees one conversation of a person sees who that is, and of their other conversations
    those that they see anyway. Who may be the same person is no hint for limited eyes.
    """
    name = name_of(conversation)
    person = _person(conversation.contact, sight) if conversation.contact else _Person()
    phone = person.shown("phone")
    return ContactPanel(
        conversation_id=conversation.pk,
        contact_id=person.contacts[0].pk if person.contacts else None,
        name=name,
        profile_name=person.shown("profile_name"),
        username=person.shown("username"),
        phone=display(phone) if phone else "",
        initials=wording.initials(name),
        identities=tuple((identity_label(one), one.value) for one in person.identities),
        language=person.shown("language"),
        consent=_("Stopped marketing messages")
        if person.shown("opted_out_at")
        else _("No objection to marketing"),
        facts=_facts(conversation, variant, person),
        reasons=tuple(filter(None, (reason_text(one) for one in conversation.handoff_reasons))),
        own_name=person.contacts[0].name if person.contacts else "",
        threads=tuple(
            _link(one)
            for one in person.threads
            if one.contact_id == conversation.contact_id and one.pk != conversation.pk
        ),
        same=tuple(
            _same(one, conversation, person)
            for one in person.contacts
            if one.pk != conversation.contact_id
        ),
        hints=tuple(_hint(one, person) for one in person.hints),
        gallery=gallery.newest(conversation, variant),
        targets=targets.chips_of(conversation, variant, at=at),
        labels=labels.chips_of([conversation.pk]).get(conversation.pk, ()),
    )


def identity_label(identity: Identity) -> str:
    """What kind of address this is, in words."""
    labels = {
        IdentityKind.WA_ID: _("WhatsApp number"),
        IdentityKind.BSUID: _("WhatsApp user id"),
        IdentityKind.PARENT_BSUID: _("Parent user id"),
    }
    return labels[IdentityKind(identity.kind)]


def _person(contact: Contact, sight: Sight) -> _Person:
    contacts = tuple(persons.contacts_of(contact))
    ids = [one.pk for one in contacts]
    identities = Identity.objects.filter(contact__in=ids).order_by("created_at", "pk")
    threads = [
        one
        for one in persons.threads_of(ids).select_related("identity")[:MOST_THREADS]
        if sight.sees(one.holder)
    ]
    hints = MergeSuggestion.objects.filter(
        Q(one__in=ids) ^ Q(other__in=ids), dismissed_at=None
    ).select_related("one__merged_into", "other__merged_into")
    return _Person(
        contacts,
        tuple(identities),
        tuple(threads),
        () if sight.is_limited else tuple(hints.order_by("-created_at")[:MOST_HINTS]),
    )


def _facts(
    conversation: Conversation, variant: Variant, person: _Person
) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Business number"), conversation.phone_number.short_name),
        (_("First seen"), wording.exact_time(conversation.created_at, variant.zone)),
    ]
    if conversation.team:
        facts.append((_("Team"), conversation.team.name))
    if len(person.identities) > 1 and conversation.identity:
        facts.append((_("Answers go to"), shown_identity(conversation.identity)))
    return tuple(facts)


def shown_identity(identity: Identity | None) -> str:
    """An address as people read it."""
    if identity is None:
        return ""
    return display(identity.value) if identity.kind == IdentityKind.WA_ID else identity.value


def _link(thread: Conversation) -> ThreadLink:
    return ThreadLink(thread.pk, thread.phone_number.short_name, shown_identity(thread.identity))


def _same(contact: Contact, conversation: Conversation, person: _Person) -> SameContact:
    here = next(one for one in person.contacts if one.pk == conversation.contact_id)
    return SameContact(
        contact_id=contact.pk,
        name=name_of_contact(contact),
        address=address_of(contact),
        separate_id=contact.pk if contact.merged_into_id else here.pk,
        threads=_links_of(contact, person.threads),
    )


def _links_of(contact: Contact, threads: Sequence[Conversation]) -> tuple[ThreadLink, ...]:
    return tuple(_link(one) for one in threads if one.contact_id == contact.pk)


def _hint(suggestion: MergeSuggestion, person: _Person) -> MergeHint:
    ids = {one.pk for one in person.contacts}
    contact = suggestion.other if suggestion.one_id in ids else suggestion.one
    return MergeHint(
        suggestion_id=suggestion.pk,
        contact_id=contact.survivor.pk,
        name=name_of_contact(contact.survivor),
        address=address_of(contact),
        reason=hint_reason(suggestion.reason),
    )


def hint_reason(reason: str) -> str:
    """Why two contacts may be one person."""
    reasons = {
        "one_webhook": _("A message carried the identifiers of both."),
        "changed_identity": _("WhatsApp says that the one became the other."),
        "own_card": _("The customer sent this number as their own."),
    }
    return reasons.get(reason, "")
