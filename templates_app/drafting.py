"""From what the form of a template holds to Meta's components, and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from templates_app.compiler.listing import examples_of, first_example, word_of
from templates_app.compiler.texts import BRACES
from templates_app.compiler.types import Json, Template

AUTHENTICATION: Final = "AUTHENTICATION"
NAMED: Final = "NAMED"
POSITIONAL: Final = "POSITIONAL"
TEXT: Final = "TEXT"
MEDIA: Final = ("IMAGE", "VIDEO", "DOCUMENT")
HEADERS: Final = ("", TEXT, *MEDIA, "LOCATION")
QUICK_REPLY: Final = "QUICK_REPLY"
URL: Final = "URL"
PHONE: Final = "PHONE_NUMBER"
COPY_CODE: Final = "COPY_CODE"
BUTTONS: Final = (QUICK_REPLY, URL, PHONE, COPY_CODE)
CODE_MINUTES: Final = 10
OTP: Final = "OTP"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template as it would be handed in. components: in the shape in which Graph lists them."""

    name: str
    language: str
    category: str
    parameter_format: str
    components: list[Json]


@dataclass(frozen=True, slots=True)
class DraftButton:
    """A button of the form. value: address, number or code; example: of the end of an address."""

    kind: str
    text: str = ""
    value: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds. examples: by variable of the body. sample: Meta's handle of a file.

    The last four are for authentication templates, whose words are Meta's.
    """

    name: str = ""
    language: str = ""
    category: str = ""
    parameter_format: str = POSITIONAL
    header: str = ""
    header_text: str = ""
    header_example: str = ""
    sample: str = ""
    sample_name: str = ""
    body: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""
    buttons: tuple[DraftButton, ...] = ()
    code_expires: bool = True
    code_minutes: int = CODE_MINUTES
    security: bool = True
    copy_text: str = ""

    @property
    def proposal(self) -> Proposal:
        """The template that this draft is of."""
        return Proposal(
            self.name, self.language, self.category, self.parameter_format, components_of(self)
        )


def variables_in(text: str) -> tuple[str, ...]:
    """What stands between double braces, each once, in the order of the text."""
    return tuple(dict.fromkeys(one.strip() for one in BRACES.findall(text)))


def name_of(typed: str) -> str:
    """The name that somebody means: "Order update!" is order_update."""
    return re.sub(r"[^a-z0-9_]+", "_", typed.strip().lower()).strip("_")


def components_of(draft: Draft) -> list[Json]:
    """The parts in Meta's order; a part without words is left out, but for the body."""
    if draft.category == AUTHENTICATION:
        return _of_authentication(draft)
    parts = [_header(draft), _body(draft)]
    if draft.footer:
        parts.append({"type": "FOOTER", "text": draft.footer})
    if draft.buttons:
        buttons = [_button(one) for one in draft.buttons]
        parts.append({"type": "BUTTONS", "buttons": buttons})
    return [part for part in parts if part]


def _of_authentication(draft: Draft) -> list[Json]:
    button = {"type": OTP, "otp_type": "COPY_CODE"}
    if draft.copy_text:
        button["text"] = draft.copy_text
    parts: list[Json] = [{"type": "BODY", "add_security_recommendation": draft.security}]
    if draft.code_expires:
        parts.append({"type": "FOOTER", "code_expiration_minutes": draft.code_minutes})
    return [*parts, {"type": "BUTTONS", "buttons": [button]}]


def _header(draft: Draft) -> Json:
    if not draft.header:
        return {}
    part: Json = {"type": "HEADER", "format": draft.header}
    if draft.header == TEXT:
        part["text"] = draft.header_text
        names = variables_in(draft.header_text)
        if names and draft.header_example:
            given = dict.fromkeys(names, draft.header_example)
            part["example"] = _example("header_text", names, given, draft.parameter_format)
    elif draft.header in MEDIA and draft.sample:
        part["example"] = {"header_handle": [draft.sample]}
    return part


def _body(draft: Draft) -> Json:
    part: Json = {"type": "BODY", "text": draft.body}
    names = variables_in(draft.body)
    if names:
        part["example"] = _example("body_text", names, draft.examples, draft.parameter_format)
    return part


def _example(key: str, names: tuple[str, ...], given: Mapping[str, str], style: str) -> Json:
    if style == NAMED:
        rows = [{"param_name": name, "example": given.get(name, "")} for name in names]
        return {f"{key}_named_params": rows}
    row = [given.get(name, "") for name in sorted(names, key=_position)]
    return {key: row if key == "header_text" else [row]}


def _position(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdecimal() and len(name) < 4 else (1000, name)


def _button(button: DraftButton) -> Json:
    part: Json = {"type": button.kind, "text": button.text}
    match button.kind:
        case "URL":
            part["url"] = button.value
            if variables_in(button.value) and button.example:
                part["example"] = [button.example]
        case "PHONE_NUMBER":
            part["phone_number"] = button.value
        case "COPY_CODE":
            # WhatsApp words this button itself.
            part = {"type": COPY_CODE, "example": [button.value] if button.value else []}
    return part


# --- Back: from what Graph lists to the form ---


def draft_of(template: Template, *, category: str) -> Draft | None:
    """The form of a template; None where it has parts that the form does not know."""
    parts = {word_of(part.get("type")): part for part in template.components}
    if not parts.keys() <= {"HEADER", "BODY", "FOOTER", "BUTTONS"} or "BODY" not in parts:
        return None
    draft = Draft(
        name=template.name,
        language=template.language,
        category=category,
        parameter_format=template.parameter_format,
        **_parts_of(parts, category=category),
    )
    fits = draft.header in HEADERS and all(one.kind in BUTTONS for one in draft.buttons)
    return draft if fits or category == AUTHENTICATION else None


def _parts_of(parts: Mapping[str, Json], *, category: str) -> dict[str, Any]:
    if category == AUTHENTICATION:
        return _code_of(parts)
    header, body = parts.get("HEADER", {}), parts["BODY"]
    text, names = str(body.get("text") or ""), variables_in(str(body.get("text") or ""))
    buttons = parts.get("BUTTONS", {}).get("buttons") or []
    return {
        "header": word_of(header.get("format")),
        "header_text": str(header.get("text") or ""),
        "header_example": _header_example(header),
        "body": text,
        "examples": examples_of(body.get("example"), "body_text", _in_order(names)),
        "footer": str(parts.get("FOOTER", {}).get("text") or ""),
        "buttons": tuple(_draft_button(one) for one in buttons if isinstance(one, dict)),
    }


def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=_position)) if all(map(str.isdecimal, names)) else names


def _header_example(header: Json) -> str:
    names = variables_in(str(header.get("text") or ""))
    found = examples_of(header.get("example"), "header_text", names)
    return next(iter(found.values()), "")


def _draft_button(button: Json) -> DraftButton:
    kind = word_of(button.get("type"))
    example = first_example(button.get("example"))
    value = {URL: button.get("url"), PHONE: button.get("phone_number"), COPY_CODE: example}
    return DraftButton(
        kind=kind,
        text="" if kind == COPY_CODE else str(button.get("text") or ""),
        value=str(value.get(kind) or ""),
        example=example if kind == URL else "",
    )


def _code_of(parts: Mapping[str, Json]) -> dict[str, Any]:
    minutes = parts.get("FOOTER", {}).get("code_expiration_minutes")
    buttons = parts.get("BUTTONS", {}).get("buttons") or [{}]
    return {
        "security": bool(parts["BODY"].get("add_security_recommendation")),
        "code_expires": isinstance(minutes, int),
        "code_minutes": minutes if isinstance(minutes, int) else CODE_MINUTES,
        "copy_text": str(buttons[0].get("text") or "") if isinstance(buttons[0], dict) else "",
    }
