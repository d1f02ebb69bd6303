"""snake_case inside, camelCase for callers who like it; what belongs to others stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.refusals import Refused

# What lies under these keys is the caller's or Meta's.
UNTOUCHED: Final = frozenset(
    {"variables", "variables_map", "components", "interactive", "contacts", "raw"}
    | {"attributes", "facts", "native", "meta_error"}
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SNAKE: Final = re.compile(r"(?<=[A-Za-z0-9])_([a-z0-9])")


def snake(name: str) -> str:
    """fromPhoneNo -> from_phone_no; a name without capitals stays."""
    return _HUMP.sub("_", name).lower() if name != name.lower() else name


def camel(name: str) -> str:
    """from_phone_no -> fromPhoneNo; a leading underscore stays."""
    return _SNAKE.sub(lambda match: match.group(1).upper(), name)


def to_snake(value: Any) -> Any:
    """The JSON with snake_case keys. Refuses: VALIDATION_ERROR for both spellings of one key."""
    return _renamed(value, snake)


def to_camel(value: Any) -> Any:
    """The JSON with camelCase keys."""
    return _renamed(value, camel)


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, rename) for one in value]
    if not isinstance(value, dict):
        return value
    named: dict[str, Any] = {}
    for key, inner in value.items():
        name = rename(key)
        if name in named:
            raise Refused(
                "VALIDATION_ERROR",
                _("%(name)s is given in two spellings.") % {"name": name},
                field=name,
                detail="duplicate",
            )
        kept = snake(key) in UNTOUCHED
        named[name] = inner if kept else _renamed(inner, rename)
    return named
