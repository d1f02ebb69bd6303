"""Cards side by side: each a small template of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import override

from templates_app.compiler.parts import Part, Taken
from templates_app.compiler.types import Json, Variable

EMPTY: Json = {"header": None, "media": None, "body": None, "footer": None, "buttons": []}


def content_of(parts: Iterable[Part], values: Mapping[str, Any]) -> Json:
    """What the customer sees of these parts."""
    content: Json = {**EMPTY, "buttons": []}
    for part in parts:
        content |= part.shown(values)
    return content


def components_of(parts: Iterable[Part], values: Mapping[str, Any]) -> list[Json]:
    """What Graph gets for these parts."""
    return [component for part in parts for component in part.components(values)]


def take_all(parts: Sequence[Part], components: Sequence[Any], path: str) -> Taken:
    """Reads components of Meta's shape: every place once, in whatever order.

    path: of the list of components.
    """
    taken, filled = Taken(), set()
    for index, component in enumerate(components):
        part, place = _taker(parts, component)
        if part is None or place in filled:
            taken.unexpected.append(place)
            continue
        filled.add(place)
        found = part.take(component, f"{path}[{index}]")
        # A one-time code stands in the body and in the button: both have to say the same.
        twice = [name for name in found.values if taken.values.get(name) not in
                 (None, found.values[name])]  # fmt: skip
        taken.values |= found.values
        taken.paths |= found.paths
        taken.unexpected += [*found.unexpected, *([place] if twice else [])]
    return taken


def _taker(parts: Sequence[Part], component: Mapping[str, Any]) -> tuple[Part | None, str]:
    for part in parts:
        if place := part.takes(component):
            return part, place
    index = component.get("index")
    return None, f"{component['type']}.{index}" if index else str(component["type"])


@dataclass(frozen=True, slots=True)
class CarouselPart(Part):
    """The cards in their order."""

    cards: tuple[tuple[Part, ...], ...]

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return tuple(
            replace(one, name=f"{_prefix(index)}{one.name}", card=index)
            for index, parts in enumerate(self.cards)
            for part in parts
            for one in part.variables
        )

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        cards = [
            {"card_index": index, "components": components_of(parts, _own(values, index))}
            for index, parts in enumerate(self.cards)
        ]
        return [{"type": "carousel", "cards": cards}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        cards = enumerate(self.cards)
        return {"cards": [content_of(parts, _own(values, index)) for index, parts in cards]}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        return "carousel" if component.get("type") == "carousel" else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        taken, seen = Taken(), set()
        for number, card in enumerate(component["cards"]):
            index = card.get("card_index", number)
            if not isinstance(index, int) or index in seen or not 0 <= index < len(self.cards):
                taken.unexpected.append(f"card.{number}")
                continue
            seen.add(index)
            where = f"{path}.cards[{number}].components"
            found = take_all(self.cards[index], card["components"], where)
            prefix = _prefix(index)
            taken.values |= {f"{prefix}{name}": value for name, value in found.values.items()}
            taken.paths |= {f"{prefix}{name}": place for name, place in found.paths.items()}
            taken.unexpected += [f"{prefix}{place}" for place in found.unexpected]
        return taken


def _prefix(index: int) -> str:
    return f"card.{index}."


def _own(values: Mapping[str, Any], index: int) -> dict[str, Any]:
    prefix = _prefix(index)
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }
