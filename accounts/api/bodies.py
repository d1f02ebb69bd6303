"""What callers send: JSON read strictly, and the base of every body."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NoReturn

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, model_validator

from accounts.api import cases
from accounts.refusals import Refused

MOST_BYTES: Final = 1024 * 1024


def read(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body, its keys in snake_case.

    Refuses: BODY_TOO_LARGE; BAD_REQUEST for anything but one JSON object in UTF-8 without
    repeated keys; VALIDATION_ERROR for both spellings of a key.
    """
    check_size(len(raw))
    try:
        value = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _not_json() from error
    if not isinstance(value, dict):
        raise _not_json()
    named: dict[str, Any] = cases.to_snake(value)
    return named


def check_size(size: int) -> None:
    """Refuses: BODY_TOO_LARGE."""
    if size > MOST_BYTES:
        raise Refused(
            "BODY_TOO_LARGE", _("The body may have at most 1 MiB."), limit_bytes=MOST_BYTES
        )


def _not_json() -> Refused:
    return Refused("BAD_REQUEST", _("The body is not a JSON object in UTF-8."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    for key, value in pairs:
        for text in (key, *_texts(value)):
            _check_text(text)
    return found


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _check_text(text: str) -> None:
    # Neither goes into PostgreSQL, and Meta would refuse both.
    if "\0" in text or (not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text)):
        raise ValueError("NUL or half a character")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def nearest(name: str, known: Iterable[str]) -> str:
    """What to say of a name that nobody knows: with the nearest one that is known."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    if close:
        return _("There is no %(name)s. Did you mean %(close)s?") % {
            "name": name,
            "close": close[0],
        }
    return _("There is no %(name)s.") % {"name": name}


def required(field: str) -> Refused:
    """A field that has to be there."""
    return Refused(
        "VALIDATION_ERROR",
        _("%(name)s is needed.") % {"name": field},
        field=field,
        detail="required",
    )


class Body(BaseModel):
    """A strict body: aliases become the name, two different values for one are refused.

    ALIASES: other names of a field. UNSUPPORTED: fields of the contract that this version does
    not serve; refused by name, so that nobody believes that they took effect. NULLABLE: fields in
    which null says something; elsewhere it is as good as left out.
    """

    model_config = ConfigDict(extra="forbid")
    ALIASES: ClassVar[Mapping[str, str]] = {}
    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset()
    NULLABLE: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _strict(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        known = {field.alias or name for name, field in cls.model_fields.items()}
        folded: dict[str, Any] = {}
        for key, value in given.items():
            if value is None and key not in cls.NULLABLE:
                cls._check_name(key, known)
                continue
            name = cls.ALIASES.get(key, key)
            cls._check_name(key, known)
            if name in folded and folded[name] != value:
                raise Refused(
                    "VALIDATION_ERROR",
                    _("%(name)s is given twice, with different values.") % {"name": name},
                    field=name,
                    detail="conflict",
                )
            folded[name] = value
        return folded

    @classmethod
    def _check_name(cls, key: str, known: set[str]) -> None:
        if key in cls.UNSUPPORTED:
            raise Refused(
                "VALIDATION_ERROR",
                _("%(name)s is not supported yet.") % {"name": key},
                field=key,
                detail="unsupported",
            )
        if key not in known and key not in cls.ALIASES:
            raise Refused(
                "VALIDATION_ERROR",
                nearest(key, known | set(cls.ALIASES)),
                field=key,
                detail="unknown_field",
            )


class Nothing(Body):
    """A body that says nothing."""
