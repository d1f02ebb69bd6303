"""From components as Graph lists them to parts that can be compiled, or the obstacle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from templates_app.compiler import codes
from templates_app.compiler.buttons import CODE, ButtonsPart, OneTimeCode
from templates_app.compiler.cards import CarouselPart
from templates_app.compiler.headers import LocationHeader, MediaHeader
from templates_app.compiler.listed_buttons import button_of
from templates_app.compiler.listing import examples_of, first_example, text_of, word_of
from templates_app.compiler.parts import FooterPart, OfferPart, Part, TextPart
from templates_app.compiler.texts import names_in
from templates_app.compiler.types import (
    Format,
    Json,
    Kind,
    NotSendable,
    Template,
    Variable,
    Why,
)
from whatsapp import limits

MEDIA_FORMATS: Final[Mapping[str, Kind]] = {
    "IMAGE": Kind.IMAGE,
    "VIDEO": Kind.VIDEO,
    "GIF": Kind.VIDEO,  # an mp4 without sound, sent as a video
    "DOCUMENT": Kind.DOCUMENT,
}
PARTS_NOT_YET: Final[Mapping[str, Why]] = {"CALL_PERMISSION_REQUEST": Why.CALLS}


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for all parts of a template."""

    format: Format
    language: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A template taken apart."""

    parts: tuple[Part, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every value the template takes, in the order of its parts."""
        return tuple(variable for part in self.parts for variable in part.variables)

    @property
    def code_buttons(self) -> frozenset[int]:
        """The buttons that repeat the one-time code of the body."""
        rows = (part.buttons for part in self.parts if isinstance(part, ButtonsPart))
        return frozenset(one.index for row in rows for one in row if isinstance(one, OneTimeCode))


def plan_of(template: Template) -> Plan:
    """The parts of a template. Raises: NotSendable."""
    components = template.components
    if not isinstance(components, list):
        raise NotSendable(Why.UNREADABLE)
    named = template.parameter_format.upper() == Format.NAMED
    style = Style(Format.NAMED if named else Format.POSITIONAL, template.language)
    parts = [_part(component, style, READERS) for component in components]
    if _places(parts) not in (["body"], ["header", "body"]):
        raise NotSendable(Why.UNREADABLE)
    return Plan(tuple(_with_one_time_code(parts)))


def body_of(components: Any) -> str:
    """The text of the body, with its variables; "" when there is none. For any JSON."""
    for component in components if isinstance(components, list) else []:
        if isinstance(component, dict) and word_of(component.get("type")) == "BODY":
            text = component.get("text")
            return text if isinstance(text, str) else ""
    return ""


def _places(parts: list[Part]) -> list[str]:
    """Headers and bodies, in their order."""
    headers = (MediaHeader, LocationHeader)
    return [
        part.place if isinstance(part, TextPart) else "header"
        for part in parts
        if isinstance(part, (TextPart, *headers))
    ]


def _with_one_time_code(parts: list[Part]) -> list[Part]:
    """The body of an authentication template: its one value is the code."""
    if not Plan(tuple(parts)).code_buttons:
        return parts
    return [_body_with_code(part) for part in parts]


def _body_with_code(part: Part) -> Part:
    if not isinstance(part, TextPart) or part.place != "body":
        return part
    if part.names != (CODE,):
        raise NotSendable(Why.VARIABLES)
    return TextPart(
        part.place, part.text, part.names, part.format, part.examples, Kind.ONE_TIME_CODE
    )


Readers = Mapping[str, Callable[[Json, Style], Part]]


def _part(component: Any, style: Style, readers: Readers) -> Part:
    kind = word_of(component.get("type")) if isinstance(component, dict) else ""
    if kind in readers:
        return readers[kind](component, style)
    if kind in PARTS_NOT_YET:
        raise NotSendable(PARTS_NOT_YET[kind])
    raise NotSendable(Why.UNKNOWN_PART, kind) if kind else NotSendable(Why.UNREADABLE)


def _header(component: Json, style: Style) -> Part:
    kind = word_of(component.get("format")) or "TEXT"
    if kind in MEDIA_FORMATS:
        sample = first_example(component.get("example"), "header_handle")
        return MediaHeader(MEDIA_FORMATS[kind], sample)
    if kind == "LOCATION":
        return LocationHeader()
    if kind == "PRODUCT":
        raise NotSendable(Why.PRODUCTS)
    if kind != "TEXT":
        raise NotSendable(Why.UNKNOWN_PART, f"HEADER {kind}")
    return _text_part("header", text_of(component), component, style)


def _body(component: Json, style: Style) -> Part:
    advice = component.get("add_security_recommendation")
    if advice is None:
        return _text_part("body", text_of(component), component, style)
    text = codes.body_text(_text_or_none(component), style.language, advice=bool(advice))
    return _text_part("body", text, component, style)


def _text_part(place: str, text: str, component: Json, style: Style) -> TextPart:
    names = names_in(text, style.format)
    examples = examples_of(component.get("example"), f"{place}_text", names)
    return TextPart(place, text, names, style.format, examples)


def _footer(component: Json, style: Style) -> Part:
    minutes = component.get("code_expiration_minutes")
    if not minutes:
        return FooterPart(text_of(component))
    text = _text_or_none(component)
    return FooterPart(codes.footer_text(text, style.language, minutes=minutes))


def _text_or_none(component: Json) -> str:
    text = component.get("text")
    return text if isinstance(text, str) else ""


def _buttons(component: Json, _style: Style) -> Part:
    buttons = component.get("buttons")
    if not isinstance(buttons, list):
        raise NotSendable(Why.UNREADABLE)
    return ButtonsPart(tuple(button_of(button, index) for index, button in enumerate(buttons)))


def _offer(component: Json, _style: Style) -> Part:
    offer = component.get("limited_time_offer")
    if not isinstance(offer, dict):
        raise NotSendable(Why.UNREADABLE)
    return OfferPart(text_of(offer), bool(offer.get("has_expiration")))


def _carousel(component: Json, style: Style) -> Part:
    cards = component.get("cards")
    least, most = limits.CAROUSEL_CARDS_LEAST, limits.CAROUSEL_CARDS
    if not isinstance(cards, list) or not least <= len(cards) <= most:
        raise NotSendable(Why.UNREADABLE)
    return CarouselPart(tuple(_card(card, style) for card in cards))


def _card(card: Any, style: Style) -> tuple[Part, ...]:
    components = card.get("components") if isinstance(card, dict) else None
    if not isinstance(components, list):
        raise NotSendable(Why.UNREADABLE)
    parts = [_part(component, style, CARD_READERS) for component in components]
    # Meta wants a picture or a video on every card; a text is not a must.
    if _places(parts) not in (["header"], ["header", "body"]) or isinstance(parts[0], TextPart):
        raise NotSendable(Why.UNREADABLE)
    return tuple(parts)


CARD_READERS: Final[Readers] = {"HEADER": _header, "BODY": _body, "BUTTONS": _buttons}
READERS: Final[Readers] = {
    **CARD_READERS,
    "FOOTER": _footer,
    "LIMITED_TIME_OFFER": _offer,
    "CAROUSEL": _carousel,
}
