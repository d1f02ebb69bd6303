"""The audit log in words: names are looked up when a row is read, and who is gone has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.audit_kinds import AUDITED, Kept
from accounts.models import ApiKey, AuditEvent, BusinessAccount, Person, PhoneNumber, Team

Names = Callable[[UUID, Collection[UUID]], Mapping[UUID, str]]


def _people(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = Person.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: str(one) for one in rows}


def _keys(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = ApiKey.objects.filter(organization_id=organization_id, pk__in=ids)
    return dict(rows.values_list("pk", "name"))


def _numbers(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = PhoneNumber.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: str(one) for one in rows}


def _accounts(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = BusinessAccount.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: str(one) for one in rows}


def _teams(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = Team.objects.filter(organization_id=organization_id, pk__in=ids)
    return dict(rows.values_list("pk", "name"))


# What an id of the log can be; apps above add theirs by `AUDIT_NAMES`.
NAMES: Final[Mapping[str, Names]] = {
    "person": _people,
    "key": _keys,
    "number": _numbers,
    "account": _accounts,
    "team": _teams,
}
# Nouns for somebody, and the nouns of those who act.
PERSONS: Final = frozenset({"person", "contact", "conversation"})
ACTORS: Final[Mapping[str, str]] = {"agent": "person", "api": "key"}
# The first word of a kind, as the page's filter calls it.
AREAS: Final[Mapping[str, str]] = {
    "account": noop("WhatsApp accounts"),
    "api_key": noop("API keys"),
    "audit": noop("This log"),
    "campaign": noop("Campaigns"),
    "contact": noop("Contacts"),
    "conversation": noop("Hand-offs"),
    "dead_letter": noop("Dead letters"),
    "login": noop("Logins"),
    "number": noop("Numbers"),
    "canned": noop("Canned replies"),
    "contact_import": noop("Imports"),
    "erasure": noop("Erasures"),
    "hour": noop("Business hours"),
    "invitation": noop("Invitations"),
    "label": noop("Labels"),
    "organization": noop("Organization"),
    "target": noop("SLA targets"),
    "person": noop("People and passwords"),
    "secrets": noop("Secrets"),
    "team": noop("Teams"),
    "template": noop("Templates"),
}


def areas() -> list[tuple[str, str]]:
    """What the filter offers: the first words of all recorded kinds, with their names, sorted."""
    found = {kind.partition(".")[0].removesuffix("s") for kind in AUDITED} | {"secrets"}
    found -= {"secret"}
    return sorted(
        ((area, _(AREAS.get(area, area))) for area in found), key=lambda one: one[1].casefold()
    )


@dataclass(frozen=True, slots=True)
class Glossary:
    """What the ids of some rows are called today: (noun, id) -> name."""

    names: dict[tuple[str, UUID], str] = field(default_factory=dict)

    def name(self, noun: str, key: UUID | str | None) -> str:
        """The name; for who or what is gone a word that says so."""
        found = self.names.get((noun, UUID(str(key)))) if key else None
        if found is not None:
            return found
        return _("somebody who is gone") if noun in PERSONS else _("something that is gone")


def glossary(organization_id: UUID, events: Iterable[AuditEvent]) -> Glossary:
    """The names that these rows need. One query for each noun among them."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        kept = AUDITED.get(event.kind)
        if kept and kept.noun and (subject := _subject(event, kept)):
            wanted[kept.noun].add(UUID(str(subject)))
        if event.actor_id and event.actor_type in ACTORS:
            wanted[ACTORS[event.actor_type]].add(event.actor_id)
        if event.key_id:
            wanted["key"].add(event.key_id)
    names: dict[tuple[str, UUID], str] = {}
    for noun, ids in wanted.items():
        find = NAMES.get(noun) or _from_above(noun)
        if find is not None:
            names |= {(noun, key): name for key, name in find(organization_id, ids).items()}
    return Glossary(names)


def _subject(event: AuditEvent, kept: Kept) -> UUID | str | None:
    if kept.noun == "conversation":
        return event.conversation
    return event.ids[0] if event.ids else None


def _from_above(noun: str) -> Names | None:
    dotted = settings.AUDIT_NAMES.get(noun)
    found: Names | None = import_string(dotted) if dotted else None
    return found


def who(event: AuditEvent, names: Glossary) -> str:
    """Who did it."""
    if event.actor_type in ACTORS:
        return names.name(ACTORS[event.actor_type], event.actor_id)
    words = {
        "ai": _("The assistant"),
        "anonymous": _("Nobody we know"),
        "system": _("Whoever runs the server") if event.agent == "command" else "Baton",
    }
    return words.get(event.actor_type, event.actor_type)


def sentence(event: AuditEvent, names: Glossary) -> str:
    """What was done, with today's name of what it was done to."""
    kept = AUDITED.get(event.kind)
    if kept is None:  # recorded by another version
        return event.kind
    named = kept.noun and "%(what)s" in kept.sentence
    what = names.name(kept.noun, _subject(event, kept)) if named else ""
    return _(kept.sentence) % {"what": what}


def codes(data: Mapping[str, Any]) -> str:
    """The codes of a row, "role: admin, scopes: read messages:send"; not what only proves."""
    return ", ".join(
        f"{_(CODES[name]) if name in CODES else name}: {_code(value)}"
        for name, value in sorted(data.items(), key=_place)
        if name != "hash"
    )


# In the order in which they are said; others follow under their own names.
CODES: Final[Mapping[str, str]] = {
    "before": noop("from"),
    "state": noop("to"),
    "key_kind": noop("kind"),
    "role": noop("role"),
    "scopes": noop("scopes"),
    "changed": noop("changed"),
    "fields": noop("changed"),
    "status": noop("status"),
    "reason": noop("reason"),
    "factor": noop("factor"),
    "through": noop("up to number"),
    "count": noop("how many"),
}


def _place(one: tuple[str, Any]) -> tuple[int, str]:
    order = list(CODES)
    return (order.index(one[0]) if one[0] in CODES else len(order), one[0])


def _code(value: object) -> str:
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def where(event: AuditEvent, names: Glossary) -> str:
    """From where: address, program and key; "" for what happened inside."""
    if event.agent == "command":
        return _("on the server")
    through = event.key_id and event.key_id != event.actor_id
    key = _("key %(name)s") % {"name": names.name("key", event.key_id)} if through else ""
    return " · ".join(part for part in (event.address, event.agent, key) if part)
