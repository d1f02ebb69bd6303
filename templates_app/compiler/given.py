"""The three ways of giving values, made into one: values by the name of the variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from templates_app.compiler.parts import Part
from templates_app.compiler.plan import Plan
from templates_app.compiler.texts import fault_of
from templates_app.compiler.types import BadValues, Fault, Json, Template, Values, Variable
from whatsapp import outbound

MOST_NAMED: Final = 50  # how many unexpected values are told


@dataclass(frozen=True, slots=True)
class Given:
    """Values found. paths: where each stood. components: when given in Meta's shape."""

    values: Mapping[str, Any]
    paths: Mapping[str, str]
    unexpected: tuple[str, ...] = ()
    components: list[Json] | None = None

    def faults(self) -> tuple[Fault, ...]:
        """The values that Meta would refuse."""
        checked = ((name, fault_of(value)) for name, value in self.values.items())
        return tuple(Fault(self.paths[name], name, code) for name, code in checked if code)


def given_values(template: Template, plan: Plan, values: Values) -> Given:
    """The values, whichever way they came. Raises: BadValues for two ways, or a wrong shape."""
    ways = (values.variables, values.header_params or values.body_params, values.components)
    if sum(bool(way) for way in ways) > 1:
        names = "variables, header_params + body_params, components"
        raise BadValues((Fault("", "", "ONE_OF", {"names": names}),))
    if values.components:
        return _from_components(template, plan, values.components)
    if values.header_params or values.body_params:
        return _from_lists(plan, values)
    return _from_variables(plan, values.variables or {})


def _from_variables(plan: Plan, variables: Mapping[str, Any]) -> Given:
    names = {variable.name for variable in plan.variables}
    found: dict[str, Any] = {}
    paths: dict[str, str] = {}
    unexpected = []
    for key, value in variables.items():
        name = key if key in names else f"header.{key}"
        if name not in names or (name != key and name in variables):
            unexpected.append(key)
            continue
        found[name] = value
        paths[name] = f"variables.{key}"
    return Given(found, paths, tuple(unexpected[:MOST_NAMED]))


def _from_lists(plan: Plan, values: Values) -> Given:
    found: dict[str, Any] = {}
    paths: dict[str, str] = {}
    unexpected = []
    for place, given in (("header", values.header_params), ("body", values.body_params)):
        wanted = [variable for variable in plan.variables if variable.place == place]
        for index, (variable, value) in enumerate(_side_by_side(wanted, given or ())):
            if variable is None:
                unexpected.append(f"{place}.{index + 1}")
                continue
            found[variable.name] = value
            paths[variable.name] = f"{place}_params[{index}]"
    return Given(found, paths, tuple(unexpected[:MOST_NAMED]))


def _side_by_side(
    wanted: Sequence[Variable], given: Sequence[Any]
) -> Iterator[tuple[Variable | None, Any]]:
    """A variable for each value that was given; None for the values that are too many."""
    return zip_longest(wanted[: len(given)], given)


def _from_components(template: Template, plan: Plan, components: Sequence[Any]) -> Given:
    try:
        outbound.template(template.name, template.language, components)
    except outbound.BadPayload as error:
        where = error.field.removeprefix("template.")
        raise BadValues((Fault(where, "", error.code, error.data),)) from error
    values: dict[str, Any] = {}
    paths: dict[str, str] = {}
    unexpected: list[str] = []
    filled: set[str] = set()
    for index, component in enumerate(components):
        part, place = _taker(plan, component)
        if part is None or place in filled:
            unexpected.append(place)
            continue
        filled.add(place)
        taken = part.take(component, f"components[{index}]")
        values |= taken.values
        paths |= taken.paths
        unexpected += taken.unexpected
    copies = [dict(component) for component in components]
    return Given(values, paths, tuple(unexpected[:MOST_NAMED]), copies)


def _taker(plan: Plan, component: Mapping[str, Any]) -> tuple[Part | None, str]:
    for part in plan.parts:
        if place := part.takes(component):
            return part, place
    index = component.get("index")
    return None, f"{component['type']}.{index}" if index else str(component["type"])
