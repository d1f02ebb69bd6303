"""Finding conversations by people, their addresses and what was written; case and accents folded.

PostgreSQL answers from indexes (migration 0003): whole words and beginnings of words by full text,
and where no message has those, parts of words by trigrams. SQLite reads every message, which takes
about a second for 200,000 of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.sql.compiler import SQLCompiler
from typing_extensions import override

from inbox.models import Contact, Conversation, Identity, Media, Message
from inbox.models.contacts import IdentityKind
from inbox.persons import widened
from whatsapp.ids import is_bsuid
from whatsapp.phone import canonical, e164

MOST_PEOPLE: Final = 200
MOST_MESSAGES: Final = 500
"""The newest of each kind that are looked at: a word that everybody uses finds recent threads."""
SHORTEST_PART: Final = 3
"""Letters that a part of a word needs: a trigram has three."""
MOST_WORDS: Final = 8

_WORD: Final = re.compile(r"\w+")
_PHONE: Final = re.compile(r"[\d\s+().\-/\u00a0]+")
_MARKS: Final = re.compile("[\u0300-\u036f]+")


def fold(text: str | None) -> str:
    """The text without case and accents; SQLite's `baton_fold`, as PostgreSQL has its own."""
    plain = text or ""
    if plain.isascii():
        return plain.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", plain)).lower()


class Folded(Func):
    """Texts, with spaces between them, without case and accents."""

    function = "baton_fold"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class Text(Func):
    """What can be read of a message, folded. Takes its `content`."""

    output_field = TextField()
    function = "baton_message_text"

    @override
    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        parts = (f"COALESCE(JSON_EXTRACT({column}, '$.{name}'), '')" for name in _TEXTS)
        return f"baton_fold({' || char(32) || '.join(parts)})", (*params,) * len(_TEXTS)


class Has(Func):
    """Whether the first text has the second, a pattern of LIKE, in it."""

    template = r"(%(expressions)s ESCAPE '\')"
    arg_joiner = " LIKE "
    output_field = BooleanField()


class HasWords(Func):
    """PostgreSQL: whether the message has words that begin so. Takes a tsquery's text."""

    template = "(inbox_message.search @@ to_tsquery('simple', %(expressions)s))"
    output_field = BooleanField()


_TEXTS: Final = ("header", "body", "footer")


@dataclass(frozen=True, slots=True)
class Found:
    """The condition for the conversations, and of those with a message that matches the newest."""

    condition: Q
    hits: Mapping[UUID, UUID]


def found(
    organization_id: UUID,
    text: str,
    *,
    country_code: str = "",
    among: QuerySet[Conversation] | None = None,
) -> Found:
    """The conversations whose people or messages have this text.

    People: names, user names (with or without @), phone numbers in any usual form, user ids in
    full; of a merged person every thread. Messages: their words in any order, and file names. Five
    or six queries.

    among: messages are looked for in these conversations only, so that those of others do not use
    up the number that is looked at. The condition does not say it again.
    """
    hits = message_hits(organization_id, text, among)
    people = people_found(organization_id, text, country_code=country_code)
    return Found(people | Q(pk__in=hits.keys()), hits)


def people_found(organization_id: UUID, text: str, *, country_code: str = "") -> Q:
    """The same for people alone. Three queries."""
    return Q(contact__in=person_ids(organization_id, text, country_code=country_code))


def contacts_found(
    among: QuerySet[Contact], organization_id: UUID, text: str, *, country_code: str = ""
) -> QuerySet[Contact]:
    """The contacts among these that stand for the people found. Three queries, and the result's."""
    people = person_ids(organization_id, text, country_code=country_code)
    return among.filter(pk__in=people, merged_into=None)


def person_ids(organization_id: UUID, text: str, *, country_code: str = "") -> frozenset[UUID]:
    """Every contact of the people found. Three queries."""
    named = _named(organization_id, text)
    return widened(organization_id, {*named, *_addressed(organization_id, text, country_code)})


def _named(organization_id: UUID, text: str) -> Iterable[UUID]:
    _prepare()
    names = Folded(F("name"), F("profile_name"), F("username"))
    rows = Contact.objects.filter(organization_id=organization_id)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(_has(names, word.removeprefix("@") or word))
    return rows.order_by("-updated_at").values_list("pk", flat=True)[:MOST_PEOPLE]


def _addressed(organization_id: UUID, text: str, country_code: str) -> Iterable[UUID]:
    rows = Identity.objects.filter(organization_id=organization_id)
    wanted = text.strip()
    if is_bsuid(wanted):
        kinds = (IdentityKind.BSUID, IdentityKind.PARENT_BSUID)
        return rows.filter(kind__in=kinds, value=wanted).values_list("contact", flat=True)
    forms = _forms_of(wanted, country_code)
    if not forms:
        return ()
    same = Q()
    for digits in forms:
        same |= Q(canonical__contains=digits)
    rows = rows.filter(same, kind=IdentityKind.WA_ID).order_by("-created_at")
    return rows.values_list("contact", flat=True)[:MOST_PEOPLE]


def _forms_of(text: str, country_code: str) -> set[str]:
    """The digits that may stand in a stored number: as typed, and as a whole number."""
    if not _PHONE.fullmatch(text):
        return set()
    digits = "".join(one for one in text if one.isascii() and one.isdigit())
    bare = digits.lstrip("0")  # of 00 before a country, of 0 before an area
    forms = {bare, canonical(bare)}
    national = e164(text, country_code) if country_code else None
    if national:
        forms.add(canonical(national))
    return {form for form in forms if len(form) >= SHORTEST_PART}


def message_hits(
    organization_id: UUID, text: str, among: QuerySet[Conversation] | None = None
) -> dict[UUID, UUID]:
    """The newest messages and files with these words, by conversation. Two or three queries."""
    _prepare()
    words = _WORD.findall(text)[:MOST_WORDS]
    said = Message.objects.filter(organization_id=organization_id, in_thread=True)
    if among is not None:
        said = said.filter(conversation__in=among)
    rows = said.filter(deleted_at=None)
    hits: dict[UUID, UUID] = {}
    if words and connection.vendor == "postgresql":
        query = " & ".join(f"'{word}'{':*' if _is_beginning(word) else ''}" for word in words)
        hits = _newest(rows.filter(HasWords(Folded(Value(query)))))
    if not hits and len(text.strip()) >= SHORTEST_PART:
        hits = _newest(_with_parts(rows, text))
    return _with_files(organization_id, text, among) | hits


def _is_beginning(word: str) -> bool:
    """One Latin letter begins too much to be of use."""
    return len(word) > 1 or not word.isascii()


def _with_parts(rows: QuerySet[Message], text: str) -> QuerySet[Message]:
    whole = Text(F("content"))
    for part in text.split()[:MOST_WORDS]:
        rows = rows.filter(_has(whole, part))
    return rows


def _with_files(
    organization_id: UUID, text: str, among: QuerySet[Conversation] | None
) -> dict[UUID, UUID]:
    if len(text.strip()) < SHORTEST_PART:
        return {}
    files = Media.objects.filter(
        _has(Folded(F("filename")), text.strip()),
        organization_id=organization_id,
        message__isnull=False,
        message__deleted_at=None,
    ).exclude(filename="")
    if among is not None:
        files = files.filter(message__conversation__in=among)
    newest = files.order_by("-id").values_list("message__conversation", "message")
    return _first_of_each(newest[:MOST_MESSAGES])


def _newest(rows: QuerySet[Message]) -> dict[UUID, UUID]:
    newest = rows.order_by("-id").values_list("conversation", "pk")
    return _first_of_each(newest[:MOST_MESSAGES])


def _first_of_each(pairs: Iterable[tuple[Any, Any]]) -> dict[UUID, UUID]:
    first: dict[UUID, UUID] = {}
    for conversation_id, message_id in pairs:
        first.setdefault(conversation_id, message_id)
    return first


def _has(text: Func, part: str) -> Has:
    escaped = re.sub(r"([\\%_])", r"\\\1", part)
    return Has(text, Folded(Value(f"%{escaped}%")))


def _prepare() -> None:
    """Gives SQLite's connection the function; a connection may be new with every request."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.connection.create_function("baton_fold", 1, fold, deterministic=True)
