"""What only some kinds of message show: frozen dataclasses, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Choice:
    """What an answer is: a tap, a row of a list, a filled form, a word about calls."""

    icon: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """A filled form. rows: (question, answer). unread: what came, where it is no form; else ""."""

    rows: tuple[tuple[str, str], ...] = ()
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A location. href: a map, for whoever presses it; nothing is loaded from there by itself."""

    name: str
    address: str
    coordinates: str
    href: str


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A phone number on a card. search: the inbox's own search for it, or ""."""

    text: str
    kind: str
    search: str


@dataclass(frozen=True, slots=True)
class Card:
    """A shared contact card. links: (text, safe address or "")."""

    name: str
    work: str
    numbers: tuple[CardNumber, ...]
    links: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class CartLine:
    """One product of an order. quantity "" where Meta's number cannot be used."""

    name: str
    quantity: str
    price: str
    total: str


@dataclass(frozen=True, slots=True)
class Cart:
    """An order. totals: one per currency, only of lines that can be summed up."""

    lines: tuple[CartLine, ...]
    count: int
    totals: tuple[str, ...]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Ad:
    """The ad or post that brought the customer. href "" where the address is not a web address."""

    label: str
    icon: str
    headline: str
    body: str
    href: str
    host: str
    welcome: str


@dataclass(frozen=True, slots=True)
class MenuPart:
    """What the customer finds behind a button of ours. rows: (words, description)."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """A list to choose from, or the cards of a carousel. label: what opens it."""

    label: str
    parts: tuple[MenuPart, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that only this kind has; empty for a plain text."""

    choice: Choice | None = None
    answers: Answers | None = None
    place: Place | None = None
    cards: tuple[Card, ...] = ()
    cart: Cart | None = None
    ad: Ad | None = None
    product: str = ""  # the article a question is about
    menu: Menu | None = None
    summary: str = ""  # of Meta's assistant, when it handed over
    often_forwarded: bool = False
    in_group: bool = False


NO_PARTS: Final = Parts()


@dataclass(frozen=True, slots=True)
class ReactionView:
    """One emoji and whose it is, in words. is_missing: the customer does not have it."""

    emoji: str
    who: str
    is_missing: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A sentence for what cannot be shown, and what may be done about it."""

    sentence: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One moment in the life of a message. note: why, or of whom; "" where there is no more."""

    label: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """All that is known of one message, as far as the reader may see it.

    versions: earlier texts, oldest first, each (when, text). deleted: the text of a deleted one,
    for those who may read it. raw: Meta's JSON, for admins.
    """

    conversation_id: UUID
    steps: tuple[Step, ...]
    versions: tuple[tuple[str, str], ...] = ()
    is_deleted: bool = False
    deleted: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    raw: str = ""
