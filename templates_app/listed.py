"""A row of Meta's list of templates, read without trusting its shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from templates_app import compiler
from templates_app.models import APPROVED
from whatsapp.inbound.load import load

WORD: Final = 64  # as long as the columns
NAME: Final = 512
LANGUAGE: Final = 24


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A template as Meta lists it, clean and short enough to be stored."""

    meta_template_id: str
    name: str
    language: str
    category: str
    status: str
    quality: str
    parameter_format: str
    components: list[Any]
    rejected_reason: str

    @property
    def key(self) -> tuple[str, str]:
        """What is unique within an account."""
        return self.name, self.language


@dataclass(frozen=True, slots=True)
class UnreadableTemplate:
    """A row that cannot be used, with what can be read of its identity ("" where nothing can)."""

    meta_template_id: str
    name: str
    language: str

    @property
    def key(self) -> tuple[str, str]:
        """What is unique within an account."""
        return self.name, self.language

    @property
    def is_known(self) -> bool:
        """Whether we can tell which template this is."""
        return bool(self.meta_template_id or all(self.key))


def read_row(raw: object) -> ListedTemplate | UnreadableTemplate:
    """One row. Texts are cleaned: PostgreSQL takes neither NUL nor lone surrogates."""
    try:
        row = load(json.dumps(raw).encode())
    except (ValueError, RecursionError):
        row = {}
    row = row if isinstance(row, dict) else {}
    identity = (_id(row.get("id")), _word(row, "name", NAME), _word(row, "language", LANGUAGE))
    status, components = _word(row, "status"), row.get("components")
    if not (identity[1] and identity[2] and status and isinstance(components, list)):
        return UnreadableTemplate(*identity)
    return ListedTemplate(
        *identity,
        category=_word(row, "category"),
        status=status,
        quality=_quality(row.get("quality_score")),
        parameter_format="NAMED" if _word(row, "parameter_format") == "NAMED" else "POSITIONAL",
        components=components,
        rejected_reason=without_none(_word(row, "rejected_reason")),
    )


def reason_against(status: str, template: compiler.Template) -> str:
    """Why a template cannot be sent: "status", or the compiler's obstacle; "" when it can."""
    if status != APPROVED:
        return "status"
    obstacle = compiler.obstacle_of(template)
    return str(obstacle) if obstacle else ""


def without_none(reason: str | None) -> str:
    """Meta's reason; its word NONE means that there is none."""
    return "" if reason in (None, "NONE") else reason[:WORD]


def _word(row: dict[str, Any], key: str, most: int = WORD) -> str:
    value = row.get(key)
    return value if isinstance(value, str) and value.strip() and len(value) <= most else ""


def _id(value: object) -> str:
    # A string here, a number in webhooks: compared as strings.
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if len(text) <= WORD else ""


def _quality(value: object) -> str:
    return (_word(value, "score") if isinstance(value, dict) else "") or "UNKNOWN"
