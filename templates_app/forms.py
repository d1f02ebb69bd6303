"""The shape of what is typed into the desk: texts by field, as they are kept in a draft.

What is wrong with them says `templates_app.linting`; here nothing is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from templates_app.drafting import (
    AUTHENTICATION,
    BUTTONS,
    CODE_MINUTES,
    COPY_CODE,
    HEADERS,
    MEDIA,
    NAMED,
    PHONE,
    POSITIONAL,
    QUICK_REPLY,
    URL,
    Draft,
    DraftButton,
    name_of,
    variables_in,
)

Typed = dict[str, str]

# Field by field: as much as is kept of it. More is cut: Meta's limits are far below.
LENGTHS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("account", "language", "category", "parameter_format", "header"), 40),
    **dict.fromkeys(("header_text", "header_example", "footer", "copy_text"), 500),
    **dict.fromkeys(("code_expires", "code_minutes", "security", "sample_kind"), 16),
    "name": 600,
    "sample": 4_000,
    "sample_name": 240,
    "body": 8_000,
}
EXAMPLE: Final = re.compile(r"example:[A-Za-z0-9_]{1,64}")
BUTTON: Final = re.compile(r"button-([0-9]|1[0-9])-(kind|text|url|example|phone|code)")
MOST_EXAMPLES: Final = 60
MOST_BUTTONS: Final = 12  # two more than Meta takes: the linter says so, not we
OF_A_BUTTON: Final = 2_100
OF_AN_EXAMPLE: Final = 1_100
VALUES: Final[Mapping[str, str]] = {URL: "url", PHONE: "phone", COPY_CODE: "code"}


def typed_of(data: Mapping[str, Any]) -> Typed:
    """What was typed, by field; unknown fields are left out, line ends are those of Meta."""
    typed = {name: _text(data.get(name), most) for name, most in LENGTHS.items()}
    examples = [key for key in data if EXAMPLE.fullmatch(key)][:MOST_EXAMPLES]
    typed |= {key: _text(data[key], OF_AN_EXAMPLE) for key in examples}
    rows = [row for row in buttons_of(data) if row.get("kind") in BUTTONS]
    return typed | _numbered(rows[:MOST_BUTTONS])


def _text(value: Any, most: int) -> str:
    text = value if isinstance(value, str) else ""
    return text.replace("\r\n", "\n").replace("\0", "")[:most]


def buttons_of(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of the buttons, in their order."""
    rows: dict[int, dict[str, str]] = {}
    for key in data:
        if found := BUTTON.fullmatch(key):
            rows.setdefault(int(found[1]), {})[found[2]] = _text(data[key], OF_A_BUTTON)
    return [rows[index] for index in sorted(rows)]


def _numbered(rows: Sequence[Mapping[str, str]]) -> Typed:
    return {
        f"button-{index}-{name}": value
        for index, row in enumerate(rows)
        for name, value in row.items()
    }


def with_buttons(typed: Typed, rows: Sequence[Mapping[str, str]]) -> Typed:
    """The same with these buttons."""
    rest = {key: value for key, value in typed.items() if not BUTTON.fullmatch(key)}
    return rest | _numbered(rows)


def changed_buttons(typed: Typed, deed: str) -> Typed:
    """deed: "add_button", "remove:2" or "up:2" (the third row)."""
    rows, (act, _colon, place) = buttons_of(typed), deed.partition(":")
    index = int(place) if place.isdecimal() and len(place) < 3 else -1
    if act == "add_button" and len(rows) < MOST_BUTTONS:
        rows.append({"kind": QUICK_REPLY})
    elif act == "remove" and 0 <= index < len(rows):
        del rows[index]
    elif act == "up" and 0 < index < len(rows):
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return with_buttons(typed, rows)


def draft_from(typed: Mapping[str, str]) -> Draft:
    """The draft that the fields make."""
    header = _one_of(typed, "header", HEADERS)
    fits = header in MEDIA and typed.get("sample_kind") == header
    body = typed.get("body", "")
    return Draft(
        name=name_of(typed.get("name", "")),
        language=typed.get("language", ""),
        category=typed.get("category", ""),
        parameter_format=_one_of(typed, "parameter_format", (POSITIONAL, NAMED)),
        header=header,
        header_text=typed.get("header_text", ""),
        header_example=typed.get("header_example", ""),
        sample=typed.get("sample", "") if fits else "",
        sample_name=typed.get("sample_name", "") if fits else "",
        body=body.strip(),
        examples={name: typed.get(f"example:{name}", "") for name in variables_in(body)},
        footer=typed.get("footer", "").strip(),
        buttons=tuple(_button(row) for row in buttons_of(typed)),
        code_expires=bool(typed.get("code_expires")),
        code_minutes=_whole(typed.get("code_minutes", "")),
        security=bool(typed.get("security")),
        copy_text=typed.get("copy_text", "").strip(),
    )


def _one_of(typed: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    value = typed.get(name, "")
    return value if value in choices else choices[0]


def _whole(text: str) -> int:
    """A number of minutes; 0, which the linter refuses, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() else 0


def _button(row: Mapping[str, str]) -> DraftButton:
    kind = row.get("kind", "")
    return DraftButton(
        kind=kind,
        text="" if kind == COPY_CODE else row.get("text", "").strip(),
        value=row.get(VALUES.get(kind, ""), "").strip(),
        example=row.get("example", "").strip() if kind == URL else "",
    )


def typed_from(draft: Draft) -> Typed:
    """The fields of a draft: what an edit, or another language, begins with."""
    typed = {
        "name": draft.name,
        "language": draft.language,
        "category": draft.category,
        "parameter_format": draft.parameter_format,
        "header": draft.header,
        "header_text": draft.header_text,
        "header_example": draft.header_example,
        "body": draft.body,
        "footer": draft.footer,
        "code_expires": "on" if draft.code_expires else "",
        "code_minutes": str(draft.code_minutes),
        "security": "on" if draft.security else "",
        "copy_text": draft.copy_text,
    }
    typed |= {f"example:{name}": value for name, value in draft.examples.items()}
    return with_buttons(typed, [_row(one) for one in draft.buttons])


def _row(button: DraftButton) -> dict[str, str]:
    value = {VALUES[button.kind]: button.value} if button.kind in VALUES else {}
    return {"kind": button.kind, "text": button.text, "example": button.example, **value}


def first_values() -> Typed:
    """What a new form shows."""
    return {
        "category": "UTILITY",
        "parameter_format": POSITIONAL,
        "header": "",
        "code_expires": "on",
        "code_minutes": str(CODE_MINUTES),
        "security": "on",
    }


def is_authentication(typed: Mapping[str, str]) -> bool:
    """Whether the words of this template are Meta's."""
    return typed.get("category") == AUTHENTICATION
