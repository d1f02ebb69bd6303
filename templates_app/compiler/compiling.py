"""Template and values in; what Meta gets and what the customer sees out, from the same parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from templates_app.compiler.cards import components_of, content_of
from templates_app.compiler.given import Given, checked_values, given_values
from templates_app.compiler.plan import Plan, plan_of
from templates_app.compiler.types import (
    SHOWN_AS_TEXT,
    BadValues,
    Compiled,
    Fault,
    Json,
    Kind,
    Mismatch,
    NotSendable,
    Obstacle,
    Preview,
    Template,
    Values,
    Variable,
)
from whatsapp import limits


def variables_of(template: Template) -> list[Variable]:
    """The values that a template takes, in the order of its parts. Raises: NotSendable."""
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
    missing = tuple(
        one.name for one in plan.variables if one.required and one.name not in given.values
    )
    good, faults = checked_values(plan, given)
    content = content_of(plan.parts, _shown(plan, given, good))
    faults += () if missing else tuple(_too_long(content))
    unexpected = tuple(given.unexpected)
    wrong = missing or unexpected or faults
    components = None if wrong else _components(plan, given, good)
    return Preview(content, components, missing, unexpected, faults)


def _shown(plan: Plan, given: Given, good: Mapping[str, Any]) -> dict[str, Any]:
    """What is right; of texts also what is wrong, and the place of what is missing."""
    texts = {
        one.name: _text(one, given.values.get(one.name))
        for one in plan.variables
        if one.kind in SHOWN_AS_TEXT
    }
    return {**good, **texts}


def _text(variable: Variable, value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    name = variable.name.rpartition(".")[2] if variable.kind is Kind.TEXT else "1"
    return f"{{{{{name}}}}}"


def _too_long(content: Json) -> Iterator[Fault]:
    yield from _longer(content, "header", limits.TEMPLATE_HEADER)
    yield from _longer(content, "body", limits.TEMPLATE_BODY)
    yield from _long_links(content)
    for index, card in enumerate(content.get("cards", ())):
        yield from _longer(card, "body", limits.CAROUSEL_CARD_BODY, f"card.{index}.")
        yield from _long_links(card, f"card.{index}.")


def _longer(content: Json, place: str, most: int, prefix: str = "") -> Iterator[Fault]:
    if limits.length(content[place] or "") > most:
        yield Fault(f"{prefix}{place}", f"{prefix}{place}", "TOO_LONG", {"limit": most})


def _long_links(content: Json, prefix: str = "") -> Iterator[Fault]:
    for index, button in enumerate(content["buttons"]):
        if limits.length(button.get("url", "")) > limits.TEMPLATE_URL:
            name = f"{prefix}button.{index}"
            yield Fault(name, name, "TOO_LONG", {"limit": limits.TEMPLATE_URL})


def _components(plan: Plan, given: Given, good: Mapping[str, Any]) -> list[Json]:
    if given.components is not None:
        return given.components
    return components_of(plan.parts, good)
