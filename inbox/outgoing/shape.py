"""The shape of a message before it has a row, and Meta's limits as refusals for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from whatsapp.payload_checks import MESSAGES, BadPayload

# `meta.code` of the REST contract, by the word of the library.
DETAILS: Final[Mapping[str, str]] = {
    "REQUIRED": "required",
    "TOO_LONG": "too_long",
    "TOO_MANY": "length",
    "TOO_FEW": "length",
    "NOT_UNIQUE": "not_unique",
    "ONE_OF": "conflict",
    "NOT_ALLOWED": "not_allowed",
    "OUT_OF_RANGE": "out_of_range",
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message before it has a row.

    content: frozen, as the customer sees it. payload: `{"type": …, "<type>": {…}}` for the Graph
    API; in the place of Meta's id of a file stands ours (`file_ids`). free_form: needs an open
    window. file_id: the `Media` row that its bubble shows. target: of a reaction, the message.
    """

    type: str
    content: dict[str, Any]
    payload: dict[str, Any]
    preview: str
    free_form: bool = True
    details: dict[str, Any] = field(default_factory=dict)
    template_name: str = ""
    template_language: str = ""
    template_category: str = ""
    file_id: UUID | None = None


def frozen_content(body: str | None, **parts: Any) -> dict[str, Any]:
    """The common shape of what a customer sees."""
    return {"header": None, "media": None, "body": body, "footer": None, "buttons": []} | parts


@contextmanager
def checked(**names: str) -> Iterator[None]:
    """Inside it what Meta would refuse becomes `Refused`: VALIDATION_ERROR with field and sentence.

    names: ours for a field of the payload, dots written as two underscores:
    `interactive__body__text="body_text"`.
    """
    try:
        yield
    except BadPayload as error:
        raise refusal_of(error, names) from error


def refusal_of(error: BadPayload, names: Mapping[str, str] | None = None) -> Refused:
    """A bad value as the domain's refusal, in the reader's language."""
    ours = {name.replace("__", "."): field for name, field in (names or {}).items()}
    name = next((key for key in ours if error.field.startswith(key)), None)
    return Refused(
        "VALIDATION_ERROR",
        _(MESSAGES[error.code]).format(**error.data),
        field=error.field if name is None else ours[name] + error.field.removeprefix(name),
        detail=DETAILS.get(error.code, "invalid"),
    )
