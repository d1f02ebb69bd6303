"""What one recipient's template says: the same for all, from the contact, their own. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FIELDS: Final = ("name", "first_name", "phone", "username", "language")
"""The fields of a contact that may fill a variable."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody, by the names of `FIELDS`; "" for what is not."""

    name: str = ""
    phone: str = ""
    username: str = ""
    language: str = ""

    @property
    def first_name(self) -> str:
        """The first word of the name."""
        return self.name.split(maxsplit=1)[0] if self.name.strip() else ""


NOBODY: Final = Known()


def values_for(
    same: Mapping[str, Any], mapped: Mapping[str, str], own: Mapping[str, Any], *, known: Known
) -> dict[str, Any]:
    """The values of one recipient. What is their own wins, then the contact, then the same for all.

    mapped: of a variable, the field of the contact. A field that is not known leaves the place to
    what is the same for all.
    """
    from_contact = {name: getattr(known, field) for name, field in mapped.items()}
    return {**same, **{name: one for name, one in from_contact.items() if one}, **own}
