"""The three ways of giving values, made into one: values by the name of the variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from templates_app.compiler.buttons import CODE
from templates_app.compiler.cards import take_all
from templates_app.compiler.checks import Faulty, checked, is_blank
from templates_app.compiler.headers import FILENAME, MEDIA, PLACE
from templates_app.compiler.plan import Plan
from templates_app.compiler.types import (
    FILES,
    BadValues,
    Fault,
    Json,
    Kind,
    Template,
    Values,
    Variable,
)
from whatsapp import outbound

MOST_NAMED: Final = 50  # how many unexpected values are told
BUTTON_KINDS: Final[Mapping[str, frozenset[Kind]]] = {
    "url": frozenset({Kind.SUFFIX, Kind.ONE_TIME_CODE}),
    "quick_reply": frozenset({Kind.PAYLOAD}),
    "copy_code": frozenset({Kind.CODE}),
    "flow": frozenset({Kind.FLOW}),
}


@dataclass(slots=True)
class Given:
    """Values found. paths: where each stood. components: when given in Meta's shape."""

    values: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    components: list[Json] | None = None

    def put(self, name: str, value: Any, path: str) -> None:
        """Keeps a value. Raises: BadValues when there is one already."""
        if name in self.values:
            raise BadValues(
                (Fault(path, name, "ONE_OF", {"names": f"{self.paths[name]}, {path}"}),)
            )
        self.values[name] = value
        self.paths[name] = path


def given_values(template: Template, plan: Plan, values: Values) -> Given:
    """The values, whichever way they came. Raises: BadValues for two ways, or a wrong shape."""
    beside = values.header or values.buttons
    ways = (
        values.variables,
        values.header_params or values.body_params,
        values.components,
    )
    if sum(bool(way) for way in ways) > 1 or (values.components and beside):
        names = "variables, header_params + body_params, components"
        raise BadValues((Fault("", "", "ONE_OF", {"names": names}),))
    if values.components:
        return _from_components(template, plan, values.components)
    if values.header_params or values.body_params:
        found = _from_lists(plan, values)
    else:
        found = _from_variables(plan, values.variables or {})
    _put_header(found, plan, values.header or {})
    _put_buttons(found, plan, values.buttons or ())
    return _without_blanks(found, plan)


def checked_values(plan: Plan, given: Given) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values that Meta takes, as they are compiled, and what is wrong with the others."""
    good: dict[str, Any] = {}
    faults = []
    for variable in plan.variables:
        name = variable.name
        if name not in given.values:
            continue
        try:
            good[name] = checked(variable.kind, given.values[name])
        except Faulty as faulty:
            faults.append(Fault(given.paths[name], name, faulty.code, faulty.data))
    return good, tuple(faults)


def _without_blanks(given: Given, plan: Plan) -> Given:
    """A field that need not be filled, and was left empty, was not given."""
    for variable in plan.variables:
        if not variable.required and is_blank(given.values.get(variable.name)):
            given.values.pop(variable.name, None)
    return given


def _from_variables(plan: Plan, variables: Mapping[str, Any]) -> Given:
    by_name = {variable.name: variable for variable in plan.variables}
    given = Given()
    for key, value in variables.items():
        name = key if key in by_name else f"header.{key}"
        if name not in by_name or (name != key and name in variables):
            given.unexpected.append(key)
        elif by_name[name].kind in FILES and isinstance(value, Mapping):
            _put_file(given, by_name, name, value, f"variables.{key}")
        else:
            given.put(name, value, f"variables.{key}")
    del given.unexpected[MOST_NAMED:]
    return given


def _put_file(
    given: Given, by_name: Mapping[str, Variable], name: str, file: Mapping[str, Any], path: str
) -> None:
    """A file as an object: exactly one of `id` and `link`; a document may have a `filename`."""
    sources = [file[key] for key in ("id", "link") if not is_blank(file.get(key))]
    if len(sources) != 1:
        raise BadValues((Fault(path, name, "ONE_OF", {"names": "id, link"}),))
    given.put(name, sources[0], path)
    called = f"{name.removesuffix(MEDIA)}{FILENAME}"
    if not is_blank(file.get("filename")) and called in by_name:
        given.put(called, file["filename"], f"{path}.filename")
    more = sorted({*file} - {"id", "link", "filename"})
    given.unexpected += [f"{name}.{key}" for key in more]


def _put_header(given: Given, plan: Plan, header: Mapping[str, Any]) -> None:
    by_name = {variable.name: variable for variable in plan.variables}
    for key, value in header.items():
        fits = MEDIA if key == "media" else "header.latitude" if key == "location" else ""
        if fits not in by_name:
            given.unexpected.append(f"header.{key}")
        elif not isinstance(value, Mapping):
            raise BadValues((Fault(f"header.{key}", fits, "WRONG_KIND"),))
        elif key == "media":
            _put_file(given, by_name, MEDIA, value, "header.media")
        else:
            _put_place(given, value)


def _put_place(given: Given, place: Mapping[str, Any]) -> None:
    for key, value in place.items():
        if key in PLACE:
            given.put(f"header.{key}", value, f"header.location.{key}")
        else:
            given.unexpected.append(f"header.location.{key}")


def _put_buttons(given: Given, plan: Plan, buttons: Sequence[Any]) -> None:
    by_name = {variable.name: variable for variable in plan.variables}
    for number, button in enumerate(buttons):
        where = f"buttons[{number}]"
        index, kind = _index_and_kind(button, where)
        name = CODE if index in plan.code_buttons else f"button.{index}"
        variable = by_name.get(name)
        if variable is None or (kind and variable.kind not in BUTTON_KINDS.get(kind, ())):
            given.unexpected.append(f"button.{index}")
            continue
        if name != CODE or given.values.get(CODE) != button.get("payload"):
            given.put(name, button.get("payload"), f"{where}.payload")


def _index_and_kind(button: Any, where: str) -> tuple[int, str]:
    index = button.get("index") if isinstance(button, Mapping) else None
    index = int(index) if isinstance(index, str) and index.isascii() and index.isdigit() else index
    if isinstance(index, bool) or not isinstance(index, int):
        raise BadValues((Fault(f"{where}.index", "", "WRONG_KIND"),))
    kind = button.get("type")
    return index, kind.lower() if isinstance(kind, str) else ""


def _from_lists(plan: Plan, values: Values) -> Given:
    given = Given()
    for place, params in (("header", values.header_params), ("body", values.body_params)):
        wanted = [one for one in plan.variables if _is_text_of(one, place)]
        for index, (variable, value) in enumerate(_side_by_side(wanted, params or ())):
            if variable is None:
                given.unexpected.append(f"{place}.{index + 1}")
                continue
            given.put(variable.name, value, f"{place}_params[{index}]")
    del given.unexpected[MOST_NAMED:]
    return given


def _is_text_of(variable: Variable, place: str) -> bool:
    texts = (Kind.TEXT, Kind.ONE_TIME_CODE)
    own = variable.place == place and variable.card is None
    return own and variable.kind in texts and variable.name not in _PLACES


_PLACES: Final = frozenset(f"header.{key}" for key in PLACE)


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
    taken = take_all(plan.parts, components, "components")
    copies = [dict(component) for component in components]
    return Given(taken.values, taken.paths, taken.unexpected[:MOST_NAMED], copies)
