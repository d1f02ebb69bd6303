"""From components as Graph lists them to parts that can be compiled, or the obstacle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from templates_app.compiler.parts import Button, ButtonsPart, FooterPart, Part, TextPart
from templates_app.compiler.texts import BRACES, names_in
from templates_app.compiler.types import Format, Json, NotSendable, Template, Variable, Why

MEDIA_FORMATS: Final = frozenset({"IMAGE", "VIDEO", "DOCUMENT", "GIF"})
BUTTONS_WITHOUT_VALUES: Final = frozenset({"QUICK_REPLY", "PHONE_NUMBER"})
BUTTONS_NOT_YET: Final[Mapping[str, Why]] = {
    "COPY_CODE": Why.COPY_CODE,
    "OTP": Why.ONE_TIME_CODE,
    "FLOW": Why.FLOW,
    "CATALOG": Why.CATALOG,
    "MPM": Why.PRODUCTS,
    "SPM": Why.PRODUCTS,
    "VOICE_CALL": Why.CALLS,
}
PARTS_NOT_YET: Final[Mapping[str, Why]] = {
    "CAROUSEL": Why.CAROUSEL,
    "LIMITED_TIME_OFFER": Why.LIMITED_TIME_OFFER,
    "CALL_PERMISSION_REQUEST": Why.CALLS,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A template taken apart."""

    parts: tuple[Part, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every value the template needs: header first, then body."""
        return tuple(variable for part in self.parts for variable in part.variables)


def plan_of(template: Template) -> Plan:
    """The parts of a template. Raises: NotSendable."""
    components = template.components
    if not isinstance(components, list):
        raise NotSendable(Why.UNREADABLE)
    named = template.parameter_format.upper() == Format.NAMED
    format_ = Format.NAMED if named else Format.POSITIONAL
    parts = tuple(_part(component, format_) for component in components)
    places = [part.place for part in parts if isinstance(part, TextPart)]
    if places not in (["body"], ["header", "body"]):
        raise NotSendable(Why.UNREADABLE)
    return Plan(parts)


def body_of(components: Any) -> str:
    """The text of the body, with its variables; "" when there is none. For any JSON."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict) and _word(component.get("type")) == "BODY":
            text = component.get("text")
            return text if isinstance(text, str) else ""
    return ""


def _part(component: Any, format_: Format) -> Part:
    kind = _word(component.get("type")) if isinstance(component, dict) else ""
    if kind in READERS:
        return READERS[kind](component, format_)
    if kind in PARTS_NOT_YET:
        raise NotSendable(PARTS_NOT_YET[kind])
    raise NotSendable(Why.UNKNOWN_PART, kind) if kind else NotSendable(Why.UNREADABLE)


def _header(component: Json, format_: Format) -> Part:
    kind = _word(component.get("format")) or "TEXT"
    if kind in MEDIA_FORMATS:
        raise NotSendable(Why.MEDIA_HEADER)
    if kind == "LOCATION":
        raise NotSendable(Why.LOCATION_HEADER)
    if kind != "TEXT":
        raise NotSendable(Why.UNKNOWN_PART, f"HEADER {kind}")
    return _text_part("header", component, format_)


def _body(component: Json, format_: Format) -> Part:
    if component.get("add_security_recommendation"):
        raise NotSendable(Why.ONE_TIME_CODE)
    return _text_part("body", component, format_)


def _text_part(place: str, component: Json, format_: Format) -> TextPart:
    text = _text(component)
    names = names_in(text, format_)
    examples = _examples(component.get("example"), f"{place}_text", names)
    return TextPart(place, text, names, format_, examples)


def _footer(component: Json, _format: Format) -> Part:
    if component.get("code_expiration_minutes"):
        raise NotSendable(Why.ONE_TIME_CODE)
    return FooterPart(_text(component))


def _buttons(component: Json, _format: Format) -> Part:
    buttons = component.get("buttons")
    if not isinstance(buttons, list):
        raise NotSendable(Why.UNREADABLE)
    return ButtonsPart(tuple(_button(button) for button in buttons))


def _button(button: Any) -> Button:
    if not isinstance(button, dict):
        raise NotSendable(Why.UNREADABLE)
    kind = _word(button.get("type"))
    if kind == "URL":
        url = button.get("url")
        if not isinstance(url, str):
            raise NotSendable(Why.UNREADABLE)
        if BRACES.search(url):
            raise NotSendable(Why.DYNAMIC_URL)
    elif kind in BUTTONS_NOT_YET:
        raise NotSendable(BUTTONS_NOT_YET[kind])
    elif kind not in BUTTONS_WITHOUT_VALUES:
        raise NotSendable(Why.UNKNOWN_BUTTON, kind)
    return Button(kind, _text(button))


READERS: Final[Mapping[str, Callable[[Json, Format], Part]]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
}


def _word(value: object) -> str:
    return value.upper() if isinstance(value, str) else ""


def _text(component: Json) -> str:
    text = component.get("text")
    if not isinstance(text, str) or not text:
        raise NotSendable(Why.UNREADABLE)
    return text


def _examples(example: Any, key: str, names: tuple[str, ...]) -> dict[str, str]:
    # Samples only help people: whatever shape they have, they never stand in the way.
    if not isinstance(example, dict):
        return {}
    named = example.get(f"{key}_named_params")
    if isinstance(named, list):
        pairs = [
            (row.get("param_name"), row.get("example")) for row in named if isinstance(row, dict)
        ]
    else:
        row = example.get(key)
        row = row[0] if isinstance(row, list) and row and isinstance(row[0], list) else row
        pairs = list(zip(names, row, strict=False)) if isinstance(row, list) else []
    return {str(name): text for name, text in pairs if isinstance(text, str)}
