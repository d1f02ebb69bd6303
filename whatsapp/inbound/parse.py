"""A webhook body to items. One bad item becomes one Malformed and costs no other."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from whatsapp.ids import PhoneNumberId, WabaId
from whatsapp.inbound.fields import Change, Part, parts_of
from whatsapp.inbound.load import load
from whatsapp.inbound.people import wa_id
from whatsapp.inbound.reading import Broken, maybe_id, maybe_obj, moment
from whatsapp.inbound.redacting import REDACTED
from whatsapp.inbound.types import Content, Item, Malformed, Unsupported

OBJECT = "whatsapp_business_account"

# Readers raise Broken and nothing else. Should one have a fault of its own, its item pays for it
# and the thousand beside it do not.
ITEM_FAULTS = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)


def parse(body: bytes) -> list[Item]:
    """Every item of a webhook body, in the order written.

    Raises: ValueError when the body as a whole is no webhook: not UTF-8, not JSON, not an
    object, nested too deeply. Every other fault is an item with Malformed content.
    """
    whole = load(body)
    if not isinstance(whole, dict):
        raise ValueError("not a JSON object")
    kind = whole.get("object", OBJECT)
    if kind != OBJECT:
        word = kind[:64] if isinstance(kind, str) else ""
        return [_outside(Unsupported(word, whole), "", whole)]
    return list(_entries(whole))


def _entries(whole: dict[str, Any]) -> Iterator[Item]:
    entries = whole.get("entry")
    if not isinstance(entries, list):
        yield _outside(Malformed("entry is not a list", entries), "entry", entries)
        return
    for index, entry in enumerate(entries):
        yield from _changes(entry, f"entry[{index}]")


def _changes(entry: Any, path: str) -> Iterator[Item]:
    if entry == REDACTED:
        return
    if not isinstance(entry, dict):
        yield _outside(Malformed("entry is not an object", entry), path, entry)
        return
    waba_id, made_at = WabaId(maybe_id(entry.get("id")) or ""), moment(entry.get("time"))
    changes = entry.get("changes")
    if not isinstance(changes, list):
        fault = Malformed("changes is not a list", changes)
        yield _outside(fault, f"{path}.changes", changes, waba_id)
        return
    for index, change in enumerate(changes):
        yield from _items(change, f"{path}.changes[{index}]", waba_id, made_at)


def _items(raw: Any, path: str, waba_id: WabaId, made_at: datetime | None) -> Iterator[Item]:
    if raw == REDACTED:
        return
    if not isinstance(raw, dict) or not isinstance(raw.get("field"), str):
        yield _outside(Malformed("a change without a field", raw), path, raw, waba_id)
        return
    field, value = raw["field"][:128], raw.get("value")
    if value == REDACTED:
        return
    if not isinstance(value, dict):
        fault = Malformed("value is not an object", value)
        yield Item(field, waba_id, None, f"{path}.value", fault, value, made_at)
        return
    number = _phone_number_id(value)
    for part in parts_of(Change(field, value, _our_number(value))):
        if part.raw == REDACTED:
            continue
        place = f"{path}.value{part.path}"
        yield Item(field, waba_id, number, place, _content(part), part.raw, made_at)


def _content(part: Part) -> Content:
    try:
        return part.read(part.raw)
    except Broken as fault:
        return Malformed(str(fault), part.raw)
    except ITEM_FAULTS as fault:
        return Malformed(f"the reader failed: {type(fault).__name__}", part.raw)


def _outside(content: Content, path: str, raw: Any, waba_id: WabaId = WabaId("")) -> Item:  # noqa: B008 - a str
    return Item("", waba_id, None, path, content, raw)


def _phone_number_id(value: dict[str, Any]) -> PhoneNumberId | None:
    found = maybe_id(maybe_obj(value.get("metadata")).get("phone_number_id"))
    found = found or maybe_id(maybe_obj(value.get("recipient")).get("phone_number_id"))
    return PhoneNumberId(found) if found else None


def _our_number(value: dict[str, Any]) -> str | None:
    return wa_id(maybe_obj(value.get("metadata")).get("display_phone_number"))
