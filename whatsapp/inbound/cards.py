"""Shared contact cards."""

from typing import Any

from whatsapp.inbound.content import CardPhone, ContactCard, ContactCards
from whatsapp.inbound.people import label, wa_id
from whatsapp.inbound.reading import Broken, long_text, maybe_obj, objects, text

ADDRESS_PARTS = ("street", "city", "state", "zip", "country")


def contact_cards(raw: Any) -> ContactCards:
    """The cards of a message, at most 300. Raises: Broken when there is none."""
    cards = tuple(_card(row) for row in objects(raw))
    if not cards:
        raise Broken("contacts without a card")
    return ContactCards(cards)


def _card(raw: dict[str, Any]) -> ContactCard:
    name = maybe_obj(raw.get("name"))
    work = maybe_obj(raw.get("org"))
    return ContactCard(
        name=label(name.get("formatted_name")) or _joined(name),
        first_name=label(name.get("first_name")),
        last_name=label(name.get("last_name")),
        phones=tuple(_phone(row) for row in objects(raw.get("phones"))),
        emails=_values(raw.get("emails"), "email"),
        urls=_values(raw.get("urls"), "url"),
        addresses=tuple(filter(None, map(_address, objects(raw.get("addresses"))))),
        company=label(work.get("company")),
        department=label(work.get("department")),
        title=label(work.get("title")),
        birthday=text(raw.get("birthday"), 32),
        vcard=long_text(raw.get("vcard")),
        origin=text(raw.get("origin"), 64),
    )


def _joined(name: dict[str, Any]) -> str | None:
    parts = (label(name.get("first_name")), label(name.get("last_name")))
    return " ".join(part for part in parts if part) or None


def _phone(raw: dict[str, Any]) -> CardPhone:
    phone = text(raw.get("phone"), 64) or text(raw.get("wa_id"), 64) or ""
    return CardPhone(phone, wa_id(raw.get("wa_id")), text(raw.get("type"), 64))


def _values(raw: Any, key: str) -> tuple[str, ...]:
    return tuple(value for row in objects(raw) if (value := label(row.get(key))))


def _address(raw: dict[str, Any]) -> str:
    parts = (label(raw.get(part)) for part in ADDRESS_PARTS)
    return ", ".join(part for part in parts if part)
