"""What a value may look like, by its kind; and the value as it is compiled."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from templates_app.compiler.types import Kind
from whatsapp import limits

OWN: Final = "baton:"
"""Before the id of a file of ours, in the place where Meta's id will stand."""

SPACES: Final = re.compile(r" {4,}")
LINE_BREAKS: Final = frozenset("\n\r\t\v\f\x85\u2028\u2029")
LINK: Final = re.compile(r"https?://[^\s/?#]+\S*", re.I)
META_ID: Final = re.compile(r"[0-9]{1,64}")
DIGITS: Final = re.compile(r"[0-9]{12,15}")  # milliseconds; seconds would be an offer of 1970
FILENAME: Final = 240
FLOW_TOKEN: Final = 1024
FLOW_DATA: Final = 16 * 1024


class Faulty(Exception):
    """A value that Meta would refuse. code, data: as in `Fault`."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


def checked(kind: Kind, value: object) -> Any:
    """The value as it is compiled. Raises: Faulty."""
    return CHECKS[kind](value)


def is_blank(value: object) -> bool:
    """Whether nothing was given: a field that was left empty."""
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    """Meta refuses line breaks, tabs and long runs of spaces in a value (132018)."""
    if not isinstance(value, str):
        raise Faulty("WRONG_KIND")
    if not value.strip():
        raise Faulty("REQUIRED")
    if not LINE_BREAKS.isdisjoint(value):
        raise Faulty("LINE_BREAK")
    if SPACES.search(value):
        raise Faulty("SPACES")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise Faulty("CONTROL")
    return value


def _at_most(most: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        text = _text(value)
        if limits.length(text) > most:
            raise Faulty("TOO_LONG", limit=most)
        return text

    return check


def _file(value: object) -> str:
    """A link, Meta's id, or `baton:` with our id; ours may also come bare."""
    text = _text(value).strip()
    if LINK.fullmatch(text) or META_ID.fullmatch(text):
        return text
    try:
        return f"{OWN}{UUID(text.removeprefix(OWN))}"
    except ValueError:
        raise Faulty("FILE") from None


def _degrees(most: int) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise Faulty("WRONG_KIND")
        try:
            number = float(value)
        except ValueError:
            raise Faulty("DEGREES") from None
        if not math.isfinite(number) or abs(number) > most:
            raise Faulty("OUT_OF_RANGE", least=-most, most=most)
        return str(value).strip()

    return check


def _moment(value: object) -> int:
    """Milliseconds since 1970, from the same or from a time with its zone in ISO form."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise Faulty("WRONG_KIND")
    if DIGITS.fullmatch(text):
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Faulty("MOMENT") from None
    if at.tzinfo is None:
        raise Faulty("MOMENT")
    try:
        return round(at.astimezone(UTC).timestamp() * 1000)
    except OverflowError:
        raise Faulty("MOMENT") from None


def _data(value: object) -> dict[str, Any]:
    """An object, or one as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise Faulty("WRONG_KIND") from None
    if not isinstance(value, Mapping):
        raise Faulty("WRONG_KIND")
    if len(json.dumps(value)) > FLOW_DATA:
        raise Faulty("TOO_LONG", limit=FLOW_DATA)
    return dict(value)


CHECKS: Final[Mapping[Kind, Callable[[object], Any]]] = {
    Kind.TEXT: _text,
    Kind.IMAGE: _file,
    Kind.VIDEO: _file,
    Kind.DOCUMENT: _file,
    Kind.FILENAME: _at_most(FILENAME),
    Kind.LATITUDE: _degrees(90),
    Kind.LONGITUDE: _degrees(180),
    Kind.SUFFIX: _at_most(limits.TEMPLATE_URL),
    Kind.CODE: _at_most(limits.TEMPLATE_COPY_CODE),
    Kind.ONE_TIME_CODE: _at_most(limits.TEMPLATE_COPY_CODE),
    Kind.PAYLOAD: _at_most(limits.REPLY_BUTTON_ID),
    Kind.FLOW: _at_most(FLOW_TOKEN),
    Kind.FLOW_DATA: _data,
    Kind.MOMENT: _moment,
}
