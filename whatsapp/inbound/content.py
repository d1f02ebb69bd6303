"""What a message says: one frozen dataclass per kind of content."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from whatsapp.ids import WaId, Wamid


@dataclass(frozen=True, slots=True)
class Text:
    """Ordinary text."""

    body: str


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file that Meta holds: image, video, audio, voice, document or sticker.

    media_id: None when Meta could not fetch the file (then the message has errors).
    mime_type: bare and lower case ("audio/ogg"); parameters: the rest ("codecs=opus") or "".
    sha256: as Meta wrote it, base64 as a rule, hex in some examples.
    url: lives five minutes and needs the bearer token. filename: untrusted.
    """

    media_id: str | None
    mime_type: str
    parameters: str = ""
    sha256: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool = False
    animated: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A place. Name, address and url are there only when one was picked from a list."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class CardPhone:
    """A number on a card. Only one with a `wa_id` can be written to."""

    phone: str
    wa_id: WaId | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One shared card. `origin` "contact_request": the writer's own number, as we asked for it.

    addresses: one line each. emails, urls: plain values.
    """

    name: str | None
    first_name: str | None = None
    last_name: str | None = None
    phones: tuple[CardPhone, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    company: str | None = None
    department: str | None = None
    title: str | None = None
    birthday: str | None = None
    vcard: str | None = None
    origin: str | None = None

    @property
    def is_own_number(self) -> bool:
        """Whether this card answers our request for the writer's number."""
        return self.origin == "contact_request"


@dataclass(frozen=True, slots=True)
class ContactCards:
    """Shared contact cards, in the order sent."""

    cards: tuple[ContactCard, ...]


@dataclass(frozen=True, slots=True)
class Interactive:
    """An answer to an interactive message.

    type: button_reply, list_reply, nfm_reply (a flow or an address) or call_permission_reply.
    id: what we put on the button or row. response_json: kept as the string it came as.
    permission, permanent, until: only for call_permission_reply.
    """

    type: str
    id: str | None = None
    title: str | None = None
    description: str | None = None
    name: str | None = None
    response_json: str | None = None
    permission: str | None = None
    permanent: bool | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ButtonTap:
    """A tap on a quick reply button of a template."""

    text: str | None
    payload: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction to a message. emoji None: the reaction was taken back."""

    target: Wamid
    emoji: str | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product. quantity and price are None where Meta's number cannot be used."""

    product_retailer_id: str | None
    quantity: int | None
    price: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """A cart sent from a catalogue."""

    catalog_id: str | None
    text: str | None
    lines: tuple[OrderLine, ...]

    def totals(self) -> dict[str, Decimal]:
        """The sum per currency, of those lines that have quantity, price and currency."""
        sums: dict[str, Decimal] = {}
        for line in self.lines:
            if line.currency and line.price is not None and line.quantity is not None:
                amount = line.price * line.quantity
                sums[line.currency] = sums.get(line.currency, Decimal(0)) + amount
        return sums


@dataclass(frozen=True, slots=True)
class Edit:
    """A new version of an earlier message. original: may not match any stored wamid."""

    original: Wamid
    kind: str
    text: str | None
    content: MessageContent


@dataclass(frozen=True, slots=True)
class Revoke:
    """A message deleted for everyone."""

    original: Wamid


@dataclass(frozen=True, slots=True)
class MediaPlaceholder:
    """A file inside imported history; the file itself comes later under the same wamid."""


@dataclass(frozen=True, slots=True)
class UnsupportedContent:
    """Something that cannot be shown.

    unsupported_type: Meta's word for it ("poll", "edit", "hologram"); "" when there is none.
    reason: our explanation when the declared content was missing or broken, else None.
    raw: the message as Meta sent it, free of NUL and of lone surrogates, for whoever looks closer.
    """

    unsupported_type: str
    reason: str | None = None
    raw: Any = field(default=None, repr=False, compare=False)


MessageContent = (
    Text
    | MediaRef
    | Location
    | ContactCards
    | Interactive
    | ButtonTap
    | Reaction
    | Order
    | Edit
    | Revoke
    | MediaPlaceholder
    | UnsupportedContent
)
