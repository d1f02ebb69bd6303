"""Reading values that may be anything: total functions, and one error for what cannot be used."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from whatsapp.ids import Wamid
from whatsapp.inbound.message import WebhookError

LONGEST_TEXT = 65_536
LONGEST_LABEL = 1_024
LONGEST_ID = 512
MOST_PARTS = 300
"""Cards of a message, lines of an order, errors of a status: more is an attack."""

# WhatsApp began in 2009; a timestamp in milliseconds lies far beyond 2100.
EARLIEST = int(datetime(2009, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


class Broken(Exception):
    """This item cannot be used; the text says why, without quoting the customer."""


def obj(value: Any, name: str) -> dict[str, Any]:
    """`value` if it is a JSON object. Raises: Broken."""
    if not isinstance(value, dict):
        raise Broken(f"{name} is not an object")
    return value


def maybe_obj(value: Any) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, at most 300 members looked at; none if it is no list."""
    members = value[:MOST_PARTS] if isinstance(value, list) else []
    return (member for member in members if isinstance(member, dict))


def text(value: Any, most: int = LONGEST_LABEL) -> str | None:
    """A string cut to `most` characters. Whole numbers are written out, "" and others None."""
    if isinstance(value, str):
        return value[:most] or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def long_text(value: Any) -> str | None:
    """The same for what people write."""
    return text(value, LONGEST_TEXT)


def identifier(value: Any, name: str) -> str:
    """A string of 1 to 512 characters, uncut: half an id is another id. Raises: Broken."""
    if not isinstance(value, str) or not value:
        raise Broken(f"{name} is missing or not a string")
    if len(value) > LONGEST_ID:
        raise Broken(f"{name} is longer than {LONGEST_ID} characters")
    return value


def wamid(value: Any, name: str = "id") -> Wamid:
    """The id of a message. Raises: Broken."""
    return Wamid(identifier(value, name))


def maybe_id(value: Any) -> str | None:
    """An id as a string, Meta's JSON numbers too; None when missing or too long to be one."""
    found = text(value, LONGEST_ID + 1)
    return found if found is not None and len(found) <= LONGEST_ID else None


def whole(value: Any) -> int | None:
    """A whole number, written as a number or as digits, that fits 64 bits."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            return None
        return int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**63 else None
    return None


def number(value: Any) -> float | None:
    """A number, written as one or as a string."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def money(value: Any) -> Decimal | None:
    """An amount as Meta wrote it, at most 15 digits before the point, never negative."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    amount = Decimal(str(value))
    return amount if amount.adjusted() < 15 and not amount.is_signed() else None


def flag(value: Any) -> bool | None:
    """True or false; None for everything else."""
    return value if isinstance(value, bool) else None


def moment(value: Any) -> datetime | None:
    """Unix seconds, as a number or a string, to aware UTC; None when absurd."""
    seconds = whole(value)
    if seconds is None or not EARLIEST <= seconds < LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def errors(value: Any) -> tuple[WebhookError, ...]:
    """Meta's error objects, whose details stand in `error_data` or flat."""
    return tuple(_error(row) for row in objects(value)) if value else ()


def _error(row: dict[str, Any]) -> WebhookError:
    data = maybe_obj(row.get("error_data"))
    return WebhookError(
        code=whole(row.get("code")) or 0,
        title=text(row.get("title")) or "",
        message=text(row.get("message")) or "",
        details=text(data.get("details")) or text(row.get("details")) or "",
        href=text(row.get("href")),
    )
