"""What the dead-letter page shows, and how far the digest is behind."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BinaryField,
    Case,
    Count,
    Field,
    Func,
    IntegerField,
    Min,
    Q,
    QuerySet,
    When,
)
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext as _

from accounts.models import Person
from webhooks.access import visible_dead_letters
from webhooks.models import DeadLetter, Delivery, DeliveryState

SHOWN: Final = 50
FACETS: Final = 20
RAW_LENGTH: Final = 20_000
UNREADABLE: Final = ("UnicodeDecodeError", "JSONDecodeError", "RecursionError")
STUMBLE: Final = re.compile(r"[A-Z]\w*(Error|Exception|Exists|NotExist|Interrupt|Warning):")
# They turn the direction of the text around them: what is shown must not lie about what came.
BIDI: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is about. field: of the webhook; field, reason: "" means any.

    before: the last letter of the page before. discarded: those instead of the waiting ones.
    """

    field: str = ""
    reason: str = ""
    discarded: bool = False
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeadLetterRow:
    """One line of the list.

    words: what is wrong, for people; detail: the reason as it was recorded, where that says more.
    raw: indented JSON, or the bytes as text, with escapes for what cannot be seen; cut at
    RAW_LENGTH. size: bytes.
    """

    id: UUID
    words: str
    detail: str
    received_at: datetime
    path: str
    field: str
    attempts: int
    raw: str
    size: int
    is_cut: bool
    is_queued: bool
    discarded_at: datetime | None
    discarded_by: str
    discarded_reason: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a filter, with how many letters it would show."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """Deliveries that are stored and not digested. oldest_at: when the first of them came."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetterPage:
    """The page. waiting, discarded: all there are, whatever is filtered.

    found: what the filter finds, on all pages. queued: how many the worker is still to try.
    next: `before` of the next page, or None.
    """

    rows: list[DeadLetterRow]
    waiting: int
    discarded: int
    found: int
    queued: int
    fields: list[Facet]
    reasons: list[Facet]
    next: UUID | None
    lag: Lag


def dead_letter_page(person: Person, wanted: Filter) -> DeadLetterPage:
    """At most SHOWN letters, newest first. Eight queries for any number of rows."""
    letters = visible_dead_letters(person).filter(resolved_at=None)
    counts = letters.aggregate(
        waiting=Count("pk", filter=Q(discarded_at=None)),
        discarded=Count("pk", filter=Q(discarded_at__isnull=False)),
        queued=Count("pk", filter=Q(retry_at__isnull=False)),
    )
    shown = letters.filter(discarded_at__isnull=not wanted.discarded)
    matching = filtered(shown, wanted)
    rows = _page(matching, wanted.before)
    return DeadLetterPage(
        rows=[_row(letter) for letter in rows[:SHOWN]],
        waiting=counts["waiting"],
        discarded=counts["discarded"],
        found=matching.count(),
        queued=counts["queued"],
        fields=_facets(filtered(shown, Filter(reason=wanted.reason)), "field", wanted.field),
        reasons=_facets(filtered(shown, Filter(field=wanted.field)), "reason", wanted.reason),
        next=rows[SHOWN - 1].pk if len(rows) > SHOWN else None,
        lag=digest_lag(),
    )


def filtered(letters: QuerySet[DeadLetter], wanted: Filter) -> QuerySet[DeadLetter]:
    """Those of one field and one reason, where such are asked for."""
    if wanted.field:
        letters = letters.filter(field=wanted.field)
    if wanted.reason:
        letters = letters.filter(reason=wanted.reason)
    return letters


def waiting_dead_letters(person: Person) -> int:
    """How many wait for somebody, for the menu. Three queries."""
    return visible_dead_letters(person).filter(resolved_at=None, discarded_at=None).count()


def queued_retries(person: Person) -> int:
    """How many the worker is still to try. Three queries."""
    return visible_dead_letters(person).filter(retry_at__isnull=False).count()


def digest_lag() -> Lag:
    """How far the digest is behind, of the whole installation. One query."""
    waiting = Delivery.objects.filter(state=DeliveryState.RECEIVED)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("received_at"))
    return Lag(found["count"], found["oldest"])


def _page(letters: QuerySet[DeadLetter], before: UUID | None) -> list[DeadLetter]:
    """With only the beginning of the bytes: fifty deliveries may have 200 MB."""
    if before is not None:
        letters = letters.filter(pk__lt=before)
    letters = letters.select_related("delivery").defer("raw", "delivery__body")
    with_head = letters.annotate(
        head=_bytes(Substr("delivery__body", 1, RAW_LENGTH), Substr("raw", 1, RAW_LENGTH)),
        size=_bytes(Length("delivery__body"), Length("raw"), output_field=IntegerField()),
    )
    return list(with_head.order_by("-pk")[: SHOWN + 1])


def _bytes(of_delivery: Func, of_item: Func, output_field: Field[Any, Any] | None = None) -> Case:
    field = output_field or BinaryField()
    return Case(When(path="", then=of_delivery), default=of_item, output_field=field)


def _facets(letters: QuerySet[DeadLetter], name: str, chosen: str) -> list[Facet]:
    found = letters.exclude(**{name: ""}).values_list(name).annotate(count=Count("pk"))
    labels: Mapping[str, Any] = {"reason": in_words}
    label = labels.get(name, str)
    return [
        Facet(value, label(value), count, value == chosen)
        for value, count in found.order_by("-count", name)[:FACETS]
    ]


def _row(letter: DeadLetter) -> DeadLetterRow:
    head = bytes(letter.head or b"")  # type: ignore[attr-defined]  # annotated in _page
    size: int = letter.size  # type: ignore[attr-defined]
    text = shown_text(head)
    words = in_words(letter.reason)
    return DeadLetterRow(
        id=letter.pk,
        words=words,
        detail=letter.reason if words != letter.reason else "",
        received_at=letter.delivery.received_at,
        path=letter.path,
        field=letter.field,
        attempts=letter.attempts,
        raw=text[:RAW_LENGTH],
        size=size,
        is_cut=size > len(head) or len(text) > RAW_LENGTH,
        is_queued=letter.retry_at is not None,
        discarded_at=letter.discarded_at,
        discarded_by=letter.discarded_by,
        discarded_reason=letter.discarded_reason,
    )


def bytes_of(letter: DeadLetter) -> bytes:
    """What Meta sent: the item's JSON, or the whole body where the body is the letter."""
    return bytes(letter.raw) if letter.path else bytes(letter.delivery.body)


def in_words(reason: str) -> str:
    """The reason as a sentence: what an unforeseen fault recorded is for whoever mends it."""
    if reason.startswith(UNREADABLE):
        return _("It is no JSON that anybody could read.")
    if STUMBLE.match(reason):
        return _("Baton stumbled over it: a fault of the program, not of what was sent.")
    return reason


def shown_text(raw: bytes) -> str:
    """Bytes for the eye: JSON indented, anything else as it is; what cannot be seen as escapes."""
    try:
        text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = raw.decode("utf-8", "backslashreplace")
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    if not hidden and character not in BIDI:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode()
