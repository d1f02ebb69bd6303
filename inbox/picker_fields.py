"""From the values a template takes to the fields of a form, in groups; and back. Pure.

What only programs can know is not asked of people: payloads of quick replies, tokens of forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from inbox.picker_shapes import PickerField, PickerGroup
from templates_app.compiler import FILES, Kind, Variable
from whatsapp import limits

FOR_PROGRAMS: Final = frozenset({Kind.PAYLOAD, Kind.FLOW, Kind.FLOW_DATA})
FIELD_KINDS: Final[Mapping[Kind, str]] = {
    Kind.IMAGE: "file",
    Kind.VIDEO: "file",
    Kind.DOCUMENT: "file",
    Kind.LATITUDE: "number",
    Kind.LONGITUDE: "number",
    Kind.MOMENT: "moment",
}
ACCEPT: Final[Mapping[Kind, str]] = {
    Kind.IMAGE: "image/jpeg,image/png",
    Kind.VIDEO: "video/mp4,video/3gpp",
}
MOST: Final[Mapping[Kind, int]] = {Kind.CODE: limits.TEMPLATE_COPY_CODE, Kind.FILENAME: 240}


def asked_of_people(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The values that a person can give."""
    return tuple(one for one in variables if one.kind not in FOR_PROGRAMS)


def groups_of(
    variables: tuple[Variable, ...], values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[PickerGroup, ...]:
    """The fields in the order of the template. errors: by the name of the variable."""
    asked = asked_of_people(variables)
    parts = groupby(asked, key=lambda one: _title(one))
    return tuple(
        PickerGroup(title, tuple(_field(one, values, errors) for one in members))
        for title, members in parts
    )


def _title(variable: Variable) -> str:
    if variable.card is not None:
        return _("Card %(number)s") % {"number": variable.card + 1}
    titles = {"header": _("Heading"), "body": _("Text"), "button": _("Buttons")}
    return titles.get(variable.place, _("Offer"))


def _field(variable: Variable, values: Mapping[str, str], errors: Mapping[str, str]) -> PickerField:
    is_file = variable.kind in FILES
    return PickerField(
        name=f"var:{variable.name}",
        label=variable.label,
        example="" if is_file else variable.example,
        value=values.get(variable.name, ""),
        error=errors.get(variable.name, ""),
        kind=FIELD_KINDS.get(variable.kind, "text"),
        accept=ACCEPT.get(variable.kind, ""),
        before=variable.before if variable.kind is Kind.SUFFIX else "",
        sample=variable.example if is_file else "",
        icon=str(variable.kind) if is_file else "",
        most=MOST.get(variable.kind, 0),
        required=variable.required,
    )


def for_compiler(
    variables: tuple[Variable, ...], values: Mapping[str, str], *, zone: str
) -> dict[str, str]:
    """What was filled in, by name. A moment, typed in the reader's zone, gets that zone."""
    names = {one.name: one for one in variables}
    return {
        name: _with_zone(value, zone) if names[name].kind is Kind.MOMENT else value
        for name, value in values.items()
        if name in names and value.strip()
    }


def _with_zone(value: str, zone: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)).isoformat()
