"""Labels: made, renamed, merged, deleted; put on conversations and taken off them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.organizations import hold_organization
from accounts.actions.rows import delete_row, writing_row
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.refusals import Refused
from inbox.actions.ownership import check_version
from inbox.actions.threads import locked
from inbox.labels import MOST_LETTERS, key_of, least_used_colour, tidied
from inbox.models import Colour, Conversation, Label, Labelling

MOST_OF_A_CONVERSATION = 50
MOST_OF_AN_ORGANIZATION = 500


@transactional
def create_label(
    organization_id: UUID, *, name: str, colour: str = "", by: Actor, at: datetime
) -> Label:
    """A new label; without a colour, the one that is used least.

    Refuses: VALIDATION_ERROR (name, colour), ALREADY_EXISTS (data: id).
    """
    row = Label(organization_id=organization_id, created_at=at)
    with writing_row("label.created", row, by=by, at=at):
        _write(row, name, colour or least_used_colour(organization_id))
    return row


@transactional
def change_label(label_id: UUID, *, name: str, colour: str, by: Actor, at: datetime) -> None:
    """Another name and colour, wherever it is. Refuses: as `create_label`."""
    row = Label.objects.get(pk=label_id)
    with writing_row("label.changed", row, by=by, at=at):
        _write(row, name, colour)


@transactional
def merge_labels(label_id: UUID, into_id: UUID, *, by: Actor, at: datetime) -> None:
    """Conversations with the first label have the second instead; the first is gone.

    Refuses: STATE_CONFLICT for one label, NOT_FOUND for labels of two organizations.
    """
    if label_id == into_id:
        raise Refused("STATE_CONFLICT", _("This is the same label."))
    rows = Label.objects.in_bulk([label_id, into_id])
    label, into = rows[label_id], rows[into_id]
    if label.organization_id != into.organization_id:
        raise Refused("NOT_FOUND", _("There is no such label."))
    hold_organization(label.organization_id)
    list(Label.objects.filter(pk__in=rows).order_by("pk").select_for_update())
    already = Labelling.objects.filter(label=into).values("conversation")
    Labelling.objects.filter(label=label).exclude(conversation__in=already).update(label=into)
    label.delete()
    announce("label.merged", into.organization_id, by=by, at=at, ids=[label_id, into.pk])


@transactional
def delete_label(label_id: UUID, *, by: Actor, at: datetime) -> None:
    """Takes it off every conversation, and away."""
    delete_row("label.deleted", Label.objects.get(pk=label_id), by=by, at=at)


@transactional
def labels_named(
    organization_id: UUID, names: Iterable[str], *, by: Actor, at: datetime
) -> list[Label]:
    """The labels with these names, made where there are none. Refuses: as `create_label`."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(key_of(name), name)
    found = {
        one.key: one
        for one in Label.objects.filter(organization=organization_id, key__in=wanted.keys())
    }
    for key, name in wanted.items():
        if key not in found:
            found[key] = create_label(organization_id, name=name, by=by, at=at)
    return list(found.values())


@transactional
def relabel(
    conversation_id: UUID,
    *,
    add: Collection[UUID] = (),
    remove: Collection[UUID] = (),
    new: str = "",
    by: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Conversation:
    """Puts labels on a conversation and takes others off; what it has so already says nothing.

    new: the name of a label that is put on, too, and made where there is none.
    Refuses: NOT_FOUND for labels that are not the organization's, VALIDATION_ERROR for more than
    50, VERSION_CONFLICT.
    """
    if new:  # before the conversation: in this order everybody takes the two
        rows = Conversation.objects.filter(pk=conversation_id)
        hold_organization(rows.values_list("organization_id", flat=True).get())
    conversation = locked(conversation_id)
    check_version(conversation, expected_version)
    if new:
        made = labels_named(conversation.organization_id, [new], by=by, at=at)
        add = {*add, *(one.pk for one in made)}
    # Held, for who deletes one waits at its row and must not wait for us with the event counter.
    ours = Label.objects.filter(organization=conversation.organization_id, pk__in=set(add))
    if len(ours.order_by("pk").select_for_update(no_key=True)) != len(set(add)):
        raise Refused("NOT_FOUND", _("There is no such label."), field="tags")
    had = set(conversation.labellings.values_list("label", flat=True))
    gone = had & (set(remove) - set(add))
    fresh = set(add) - had
    if len(had - gone | fresh) > MOST_OF_A_CONVERSATION:
        raise Refused("VALIDATION_ERROR", _("At most 50 labels at once."), field="tags")
    if not gone and not fresh:
        return conversation
    conversation.labellings.filter(label__in=gone).delete()
    Labelling.objects.bulk_create(
        Labelling(conversation=conversation, label_id=one) for one in sorted(fresh)
    )
    conversation.version += 1
    conversation.save(update_fields=["version", "updated_at"])
    announce(
        "conversation.labelled",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        added=sorted(map(str, fresh)),
        removed=sorted(map(str, gone)),
    )
    return conversation


def _write(row: Label, name: str, colour: str) -> None:
    row.name, row.key, row.colour = tidied(name), key_of(name), colour
    if not row.name or len(row.name) > MOST_LETTERS or '"' in row.name:
        raise Refused(
            "VALIDATION_ERROR", _("A name has 1 to 50 characters, and no quotes."), field="name"
        )
    if colour not in Colour.values:
        raise Refused("VALIDATION_ERROR", _("There is no such colour."), field="colour")
    others = Label.objects.filter(organization=row.organization_id).exclude(pk=row.pk)
    taken = others.filter(key=row.key).first()
    if taken is not None:
        raise Refused(
            "ALREADY_EXISTS",
            _("There is a label “%(name)s” already.") % {"name": taken.name},
            field="name",
            id=str(taken.pk),
        )
    if row._state.adding and others.count() >= MOST_OF_AN_ORGANIZATION:
        raise Refused("VALIDATION_ERROR", _("There are 500 labels. Merge some."), field="name")
    row.save()
