"""The parts of a template: each knows its variables, its Graph components and what it shows.

A new kind of part is a class with this shape and a row in `plan.READERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from templates_app.compiler.texts import around, filled
from templates_app.compiler.types import Format, Json, Kind, Variable


@dataclass(slots=True)
class Taken:
    """What a part found in components of Meta's shape.

    values, paths: by `Variable.name`. unexpected: what it has no place for.
    """

    values: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)


class Part:
    """One part of a template; what is here is right for parts without values.

    `values` are by `Variable.name`, checked. For `components` they are complete but for what is
    not required; for `shown` a missing text is its `{{name}}` and whatever else is missing absent.
    """

    __slots__ = ()

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The values it takes, in the order of `header_params` and `body_params`."""
        return ()

    def components(self, _values: Mapping[str, Any], /) -> list[Json]:
        """What Graph gets for it: nothing where it takes no values."""
        return []

    def shown(self, _values: Mapping[str, Any], /) -> Json:
        """What it adds to the content that the customer sees."""
        return {}

    def takes(self, _component: Mapping[str, Any], /) -> str:
        """The name of the place that a component fills here; "" when it is not for this part."""
        return ""

    def take(self, _component: Mapping[str, Any], _path: str, /) -> Taken:
        """Reads a component of Meta's shape that this part takes."""
        return Taken()


@dataclass(frozen=True, slots=True)
class TextPart(Part):
    """Header or body: text with variables. examples: by the variable's own name."""

    place: str
    text: str
    names: tuple[str, ...]
    format: Format
    examples: Mapping[str, str]
    kind: Kind = Kind.TEXT

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        return tuple(self._variable(name) for name in self.names)

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        if not self.names:
            return []
        parameters = [self._parameter(name, values[self._key(name)]) for name in self.names]
        return [{"type": self.place, "parameters": parameters}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        own = {name: values[self._key(name)] for name in self.names}
        return {self.place: filled(self.text, own)}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        return self.place if component.get("type") == self.place else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        taken = Taken()
        for index, parameter in enumerate(component["parameters"]):
            name = self._name_of(parameter, index)
            value = _text_of(parameter)
            if name is None or value is None or self._key(name) in taken.values:
                taken.unexpected.append(f"{self.place}.{index + 1}")
                continue
            taken.values[self._key(name)] = value
            taken.paths[self._key(name)] = f"{path}.parameters[{index}]"
        return taken

    @property
    def _named(self) -> bool:
        return self.format is Format.NAMED

    def _key(self, name: str) -> str:
        return name if self.place == "body" else f"{self.place}.{name}"

    def _variable(self, name: str) -> Variable:
        label = name.replace("_", " ").strip().capitalize() if self._named else f"{{{{{name}}}}}"
        before, after = around(self.text, name)
        return Variable(
            self._key(name),
            self.place,
            self.examples.get(name, ""),
            label,
            kind=self.kind,
            before=before,
            after=after,
        )

    def _parameter(self, name: str, value: str) -> Json:
        by_name = {"parameter_name": name} if self._named else {}
        return {"type": "text", **by_name, "text": value}

    def _name_of(self, parameter: Mapping[str, Any], index: int) -> str | None:
        name = parameter.get("parameter_name")
        if self._named:
            return name if name in self.names else None
        return self.names[index] if name is None and index < len(self.names) else None


def _text_of(parameter: Mapping[str, Any]) -> Any:
    # Money and dates are worded by Meta for the customer; the fallback is the nearest we have.
    kind = parameter.get("type")
    if kind == "text":
        return parameter.get("text")
    if kind in ("currency", "date_time"):
        return parameter[kind].get("fallback_value")
    return None


@dataclass(frozen=True, slots=True)
class FooterPart(Part):
    """The small text below the body. It has no variables."""

    text: str

    @override
    def shown(self, _values: Mapping[str, Any], /) -> Json:
        return {"footer": self.text}


@dataclass(frozen=True, slots=True)
class OfferPart(Part):
    """An offer that ends at a set time. expires: it says when, with every send."""

    text: str
    expires: bool

    NAME = "offer.expires_at"

    @property
    @override
    def variables(self) -> tuple[Variable, ...]:
        if not self.expires:
            return ()
        return (Variable(self.NAME, "offer", "", "Expires", kind=Kind.MOMENT),)

    @override
    def components(self, values: Mapping[str, Any], /) -> list[Json]:
        if not self.expires:
            return []
        offer = {"expiration_time_ms": values[self.NAME]}
        parameter = {"type": "limited_time_offer", "limited_time_offer": offer}
        return [{"type": "limited_time_offer", "parameters": [parameter]}]

    @override
    def shown(self, values: Mapping[str, Any], /) -> Json:
        return {"offer": {"text": self.text, "expires_at_ms": values.get(self.NAME)}}

    @override
    def takes(self, component: Mapping[str, Any], /) -> str:
        fits = self.expires and component.get("type") == "limited_time_offer"
        return "offer" if fits else ""

    @override
    def take(self, component: Mapping[str, Any], path: str, /) -> Taken:
        first, *more = component["parameters"]
        if more or first.get("type") != "limited_time_offer":
            return Taken(unexpected=["offer.2" if more else "offer.1"])
        value = first["limited_time_offer"].get("expiration_time_ms")
        return Taken({self.NAME: value}, {self.NAME: f"{path}.parameters[0]"})
