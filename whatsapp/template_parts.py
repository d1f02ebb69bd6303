"""The limits of template sends: name, language, components and their parameters."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from whatsapp import limits
from whatsapp.payload_checks import list_of, mapping_of, one_of, refused, text_of, word_of

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[A-Za-z_]{2,16}")
INDEX = re.compile(r"[0-9]")
COMPONENT_TYPES = frozenset({"header", "body", "button", "limited_time_offer", "carousel"})
BUTTON_TYPES = frozenset(
    {"url", "quick_reply", "copy_code", "flow", "catalog", "mpm", "voice_call"}
)
MEDIA = frozenset({"image", "video", "document"})
MANY = 100
"""More parameters or components than any template can have."""


def check_template(
    name: object, language: object, components: Sequence[Mapping[str, Any]] | None
) -> None:
    """Refuse a template send that Meta would refuse whatever the template says.

    How many values a template needs is for whoever knows the template. Raises: BadPayload.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise refused("template.name", "WRONG_KIND")
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise refused("template.language", "WRONG_KIND")
    if components:
        _check_components("template.components", components)


def _check_components(field: str, components: object) -> None:
    for index, component in enumerate(list_of(field, components, most=MANY)):
        _check_component(f"{field}[{index}]", mapping_of(f"{field}[{index}]", component))


def _check_component(field: str, component: Mapping[str, Any]) -> None:
    kind = word_of(f"{field}.type", component.get("type"), COMPONENT_TYPES)
    if kind == "carousel":
        _check_cards(f"{field}.cards", component.get("cards"))
        return
    if kind == "button":
        _check_button(field, component)
    parameters = list_of(f"{field}.parameters", component.get("parameters"), most=MANY)
    for index, parameter in enumerate(parameters):
        where = f"{field}.parameters[{index}]"
        _check_parameter(where, mapping_of(where, parameter))


def _check_cards(field: str, cards: object) -> None:
    least, most = limits.CAROUSEL_CARDS_LEAST, limits.CAROUSEL_CARDS
    for index, card in enumerate(list_of(field, cards, least=least, most=most)):
        for number, component in enumerate(_card_components(f"{field}[{index}]", card)):
            where = f"{field}[{index}].components[{number}]"
            part = mapping_of(where, component)
            # A carousel inside a card would nest without end.
            if part.get("type") == "carousel":
                raise refused(f"{where}.type", "NOT_ALLOWED")
            _check_component(where, part)


def _card_components(field: str, card: object) -> Sequence[Any]:
    whole = mapping_of(field, card)
    return list_of(f"{field}.components", whole.get("components"), most=MANY)


def _check_button(field: str, component: Mapping[str, Any]) -> None:
    word_of(f"{field}.sub_type", component.get("sub_type"), BUTTON_TYPES)
    # Meta refuses a number here: the index is written as a string.
    index = component.get("index")
    if not isinstance(index, str) or not INDEX.fullmatch(index):
        raise refused(f"{field}.index", "WRONG_KIND")


def _check_parameter(field: str, parameter: Mapping[str, Any]) -> None:
    kind = text_of(f"{field}.type", parameter.get("type"), 64)
    if kind == "text":
        text_of(f"{field}.text", parameter.get("text"), limits.TEXT_BODY)
    elif kind in MEDIA:
        one_of(f"{field}.{kind}", mapping_of(f"{field}.{kind}", parameter.get(kind)), "id", "link")
    elif kind == "coupon_code":
        code = parameter.get("coupon_code")
        text_of(f"{field}.coupon_code", code, limits.TEMPLATE_COPY_CODE)
    elif kind == "payload":
        text_of(f"{field}.payload", parameter.get("payload"), limits.REPLY_BUTTON_ID)
    else:
        mapping_of(f"{field}.{kind}", parameter.get(kind))
