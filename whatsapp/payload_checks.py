"""The refusal of a bad value, and the small checks all builders share."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from whatsapp.limits import length
from whatsapp.wording import gettext_noop as _

MESSAGES: Final[Mapping[str, str]] = {
    "REQUIRED": _("This is required."),
    "TOO_LONG": _("At most {limit} characters."),
    "TOO_MANY": _("At most {limit}."),
    "TOO_FEW": _("At least {limit}."),
    "NOT_UNIQUE": _("Each one has to be different."),
    "ONE_OF": _("Exactly one of {names}."),
    "NOT_ALLOWED": _("Not possible here."),
    "WRONG_KIND": _("This has the wrong form."),
    "OUT_OF_RANGE": _("Between {least} and {most}."),
}


class BadPayload(Exception):
    """A value Meta would refuse, found before anything is sent.

    field: dotted path inside the payload ("interactive.action.buttons").
    code: a key of MESSAGES, for people to translate `MESSAGES[code]`. message: in English,
    filled. data: what the message was filled with.
    """

    def __init__(self, field: str, code: str, message: str, **data: object) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.code = code
        self.message = message
        self.data = data


def refused(field: str, code: str, **data: object) -> BadPayload:
    """The error to raise for `field`, with the sentence of `code`."""
    return BadPayload(field, code, MESSAGES[code].format(**data), **data)


def text_of(field: str, value: object, most: int) -> str:
    """`value` as text that says something, at most `most` UTF-16 units long."""
    if not isinstance(value, str):
        raise refused(field, "REQUIRED" if value is None else "WRONG_KIND")
    if not value.strip():
        raise refused(field, "REQUIRED")
    return within(field, value, most)


def within(field: str, value: str, most: int) -> str:
    """`value`, if it is not longer than `most` UTF-16 units."""
    # UTF-16 never needs fewer units than there are code points: a huge text is not encoded.
    if len(value) > most or length(value) > most:
        raise refused(field, "TOO_LONG", limit=most)
    return value


def optional_text(field: str, value: object, most: int) -> None:
    """Refuse `value` unless it is absent or a text of the right length."""
    if value is not None:
        text_of(field, value, most)


def word_of(field: str, value: object, allowed: Collection[str]) -> str:
    """`value`, if it is one of the `allowed` words."""
    if not isinstance(value, str) or value not in allowed:
        raise refused(field, "REQUIRED" if value is None else "NOT_ALLOWED")
    return value


def mapping_of(field: str, value: object) -> Mapping[str, Any]:
    """`value` as a JSON object."""
    if value is None:
        raise refused(field, "REQUIRED")
    if not isinstance(value, Mapping):
        raise refused(field, "WRONG_KIND")
    return value


def list_of(field: str, value: object, *, least: int = 1, most: int) -> Sequence[Any]:
    """`value` as a JSON array with `least` to `most` members."""
    if value is None:
        raise refused(field, "REQUIRED")
    if not isinstance(value, list | tuple):
        raise refused(field, "WRONG_KIND")
    if len(value) < least:
        raise refused(field, "TOO_FEW", limit=least)
    if len(value) > most:
        raise refused(field, "TOO_MANY", limit=most)
    return value


def all_different(field: str, values: Sequence[str]) -> None:
    """Refuse repeated values."""
    if len(set(values)) != len(values):
        raise refused(field, "NOT_UNIQUE")


def one_of(field: str, holder: Mapping[str, Any], *names: str) -> None:
    """Refuse unless exactly one of `names` has a value in `holder`."""
    if sum(bool(holder.get(name)) for name in names) != 1:
        raise refused(field, "ONE_OF", names=", ".join(names))
