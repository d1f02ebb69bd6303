"""Lists and carousels of ours, as their bubble shows them. Pure: Meta's object in, a shape out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from inbox.kind_shapes import Menu, MenuPart

Obj = Mapping[str, Any]


def menu_of(whole: Obj) -> Menu | None:
    """What is behind the button of a list, or on the cards of a carousel; None for other kinds."""
    action = _object(whole.get("action"))
    match whole.get("type"):
        case "list":
            parts = tuple(_section(one) for one in _objects(action.get("sections")))
            return Menu(_text(action.get("button")), parts)
        case "carousel":
            parts = tuple(_card(n, one) for n, one in enumerate(_objects(action.get("cards")), 1))
            return Menu(_("Cards"), parts)
        case _:
            return None


def _section(section: Obj) -> MenuPart:
    rows = _objects(section.get("rows"))
    return MenuPart(
        _text(section.get("title")),
        tuple((_text(row.get("title")), _text(row.get("description"))) for row in rows),
    )


def _card(place: int, card: Obj) -> MenuPart:
    parameters = _object(_object(card.get("action")).get("parameters"))
    text = _text(_object(card.get("body")).get("text"))
    button = _text(parameters.get("display_text"))
    return MenuPart(text or _("Card %(n)s") % {"n": place}, ((button, ""),) if button else ())


def _object(value: object) -> Obj:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Obj]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
