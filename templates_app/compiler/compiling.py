"""Template and values in; what Meta gets and what the customer sees out, from the same parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from templates_app.compiler.given import Given, given_values
from templates_app.compiler.plan import Plan, plan_of
from templates_app.compiler.types import (
    BadValues,
    Compiled,
    Fault,
    Json,
    Mismatch,
    NotSendable,
    Obstacle,
    Preview,
    Template,
    Values,
    Variable,
)
from whatsapp import limits

MOST: Final[Mapping[str, int]] = {"header": limits.TEMPLATE_HEADER, "body": limits.TEMPLATE_BODY}


def variables_of(template: Template) -> list[Variable]:
    """The values that a template needs, header first. Raises: NotSendable."""
    return list(plan_of(template).variables)


def obstacle_of(template: Template) -> Obstacle | None:
    """Why the template cannot be compiled; None when it can."""
    try:
        plan_of(template)
    except NotSendable as no:
        return no.obstacle
    return None


def compile(template: Template, values: Values) -> Compiled:
    """The template with its values.

    Raises: NotSendable, Mismatch, BadValues; in this order where several hold.
    """
    found = preview(template, values)
    if found.missing or found.unexpected:
        raise Mismatch(found.missing, found.unexpected)
    if found.components is None:
        raise BadValues(found.faults)
    return Compiled(template.name, template.language, found.components, found.content)


def preview(template: Template, values: Values) -> Preview:
    """The same with gaps: what is missing or wrong is told, not refused.

    Raises: NotSendable, and BadValues for values given in two ways or in a wrong shape.
    """
    plan = plan_of(template)
    given = given_values(template, plan, values)
    missing = tuple(one.name for one in plan.variables if one.name not in given.values)
    content = _content(plan, _with_placeholders(plan, given))
    faults = given.faults() + (() if missing else _too_long(content))
    wrong = missing or given.unexpected or faults
    components = None if wrong else _components(plan, given)
    return Preview(content, components, missing, given.unexpected, faults)


def _with_placeholders(plan: Plan, given: Given) -> dict[str, str]:
    return {one.name: _shown(one, given.values.get(one.name)) for one in plan.variables}


def _shown(variable: Variable, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    return f"{{{{{variable.name.removeprefix('header.')}}}}}"


def _content(plan: Plan, values: Mapping[str, str]) -> Json:
    content: Json = {"header": None, "media": None, "body": None, "footer": None, "buttons": []}
    for part in plan.parts:
        content |= part.shown(values)
    return content


def _too_long(content: Json) -> tuple[Fault, ...]:
    return tuple(
        Fault(place, place, "TOO_LONG", {"limit": most})
        for place, most in MOST.items()
        if limits.length(content[place] or "") > most
    )


def _components(plan: Plan, given: Given) -> list[Json]:
    if given.components is not None:
        return given.components
    return [component for part in plan.parts for component in part.components(given.values)]
