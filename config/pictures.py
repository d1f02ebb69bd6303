"""Everything that webhook items may touch, as it is now: what a replay compares."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import Min, Model, Q, QuerySet

from accounts.models import BusinessAccount, PhoneNumber
from inbox.models import (
    Contact,
    Conversation,
    Identity,
    Media,
    Message,
    PendingStatus,
    Reaction,
    StatusEvent,
)
from templates_app.models import MessageTemplate
from webhooks.replay import Picture, Seen
from whatsapp.ids import WaId
from whatsapp.inbound import Item
from whatsapp.phone import canonical

# When we wrote a row, and what only our clock and our worker put there, says nothing about Meta.
OWN: Final = frozenset({"id", "created_at", "updated_at", "lease_until", "claim_token"})
WINDOW: Final = frozenset({"window_opened_at", "free_entry_point_expires_at"})


@dataclass
class _Scope:
    """The names that items mention."""

    wamids: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)  # canonical
    groups: set[str] = field(default_factory=set)
    our_ids: set[UUID] = field(default_factory=set)
    waba_ids: set[str] = field(default_factory=set)


def look(items: Sequence[Item]) -> Picture:
    """The rows that these items may touch. About fourteen queries for any number of items."""
    scope = _Scope(waba_ids={item.waba_id for item in items})
    for item in items:
        _note(scope, item.content)
    return {(kind, pk): seen for kind, pk, seen in _seen(scope)}


def _note(scope: _Scope, thing: object) -> None:
    """Walks a dataclass of `whatsapp.inbound`: a field's name says what its text names."""
    for one in dataclasses.fields(thing) if dataclasses.is_dataclass(thing) else ():
        value = getattr(thing, one.name)
        if isinstance(value, tuple):
            for part in value:
                _note(scope, part)
        elif isinstance(value, str):
            _note_text(scope, one.name, value)
        else:
            _note(scope, value)


def _note_text(scope: _Scope, name: str, value: str) -> None:
    if name in ("wamid", "target", "original"):
        scope.wamids.add(value)
    elif name.endswith("wa_id"):
        scope.people.add(canonical(WaId(value)))
    elif name.endswith("bsuid"):
        scope.people.add(value)
    elif name == "group_id":
        scope.groups.add(value)
    elif name == "opaque":
        scope.our_ids |= _uuid(value)


def _uuid(text: str) -> set[UUID]:
    try:
        return {UUID(text)}
    except ValueError:
        return set()


def _seen(scope: _Scope) -> Iterator[tuple[str, Any, Seen]]:
    messages = Message.objects.filter(Q(wamid__in=scope.wamids) | Q(pk__in=scope.our_ids))
    message_ids = list(messages.values_list("pk", flat=True))
    people = Identity.objects.filter(canonical__in=scope.people)
    contact_ids = list(people.values_list("contact_id", flat=True))
    threads = Conversation.objects.filter(
        Q(contact__in=contact_ids)
        | Q(pk__in=list(messages.values_list("conversation_id", flat=True)))
        | (Q(group_id__in=scope.groups) & ~Q(group_id=""))
    ).annotate(person=Min("contact__identities__value"))
    contacts = Contact.objects.filter(pk__in=contact_ids).annotate(person=Min("identities__value"))
    yield from _rows("contacts", contacts, "person")
    yield from _rows(
        "identities", Identity.objects.filter(contact__in=contact_ids), "kind", "value"
    )
    thread_label = ("phone_number_id", "person", "group_id")
    yield from _rows("conversations", threads, *thread_label, leave_out=OWN | WINDOW)
    yield from _rows("windows", threads, *thread_label, only=WINDOW)
    yield from _rows("messages", messages, "phone_number_id", "wamid")
    files = Media.objects.filter(message__in=message_ids)
    yield from _rows("media", files, "message__wamid")
    statuses = StatusEvent.objects.filter(message__in=message_ids)
    yield from _rows("statuses", statuses, "message__wamid", "status", "participant", "at")
    parked = PendingStatus.objects.filter(wamid__in=scope.wamids)
    yield from _rows("parked statuses", parked, "wamid", "status", "participant", "at")
    reactions = Reaction.objects.filter(target_wamid__in=scope.wamids)
    yield from _rows("reactions", reactions, "target_wamid", "by")
    accounts = BusinessAccount.objects.filter(waba_id__in=scope.waba_ids)
    yield from _rows("accounts", accounts, "waba_id")
    numbers = PhoneNumber.objects.filter(account__in=accounts)
    yield from _rows("numbers", numbers, "meta_phone_number_id")
    templates = MessageTemplate.objects.filter(account__in=accounts)
    yield from _rows("templates", templates, "name", "language")


def _rows(
    kind: str,
    rows: QuerySet[Any],
    *label: str,
    leave_out: frozenset[str] = OWN,
    only: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, Any, Seen]]:
    model: type[Model] = rows.model
    names = [one.attname for one in model._meta.concrete_fields if one.attname not in leave_out]
    wanted = [name for name in names if not only or name in only]
    for row in rows.values("pk", *{*label, *wanted}):
        name = " ".join(str(row[one]) for one in label)
        yield kind, row["pk"], Seen(name, tuple(row[one] for one in wanted))
