"""A table of people on its way into a campaign: what is wrong in it, line by line."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from campaigns.actions.recipients import Row, address_of
from campaigns.models import Campaign
from campaigns.tables import (
    MOST_ROWS,
    MOST_TEXT,
    NAME,
    REFERENCE,
    TO,
    VALUE,
    Line,
    Sheet,
    text_of,
)
from inbox.moving import reading

TOLD: Final = 50
"""How many faulty lines a page lists."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is not taken, or taken with a gap. to: as it was given."""

    line: int
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A table after a look at every line: rows to add, and the first lines that are wrong.

    lines: the line of each row. faulty: how many lines are wrong, told or not.
    """

    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...]
    faulty: int


def text_of_file(chunks: Iterable[bytes]) -> str:
    """A CSV or a workbook as text that its page carries; the file itself is gone at once.

    Refuses: VALIDATION_ERROR (file) for what is no table, or a table of over 10,000 people.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        with path.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        try:
            rows = list(islice(reading.rows_of(path), MOST_ROWS + 2))
        except reading.Unreadable as problem:
            raise _unreadable(str(problem)) from problem
    if len(rows) > MOST_ROWS + 1:
        raise _unreadable(reading.TOO_MANY_ROWS)
    text = text_of(rows)
    if len(text.encode()) > MOST_TEXT:
        raise _unreadable(reading.TOO_LARGE)
    return text


def _unreadable(problem: str) -> Refused:
    sentences = {
        reading.EMPTY: _("There is nothing in this file."),
        reading.TOO_LARGE: _("It is too large. Leave out columns that are not needed."),
        reading.TOO_MANY_ROWS: _("At most 10,000 people a file. Upload it in parts."),
        reading.OLD_FORMAT: _("This is an old Excel file. Save it as .xlsx or CSV."),
    }
    sentence = sentences.get(problem, _("This is not a table: give a CSV or an .xlsx file."))
    return Refused("VALIDATION_ERROR", sentence, field="file")


def looked_at(campaign: Campaign, sheet: Sheet, columns: Mapping[str, int]) -> Looked:
    """Every line of a table, by what its columns hold. No query but for the number's country."""
    number = campaign.phone_number
    country = number.country_code or number.organization.country_code
    seen: dict[str, int] = {}
    rows, lines, faults = [], [], []
    for line in sheet.lines:
        to = line.cell(columns[TO]) if TO in columns else ""
        reason = _fault(to, line, seen, country)
        if reason:
            faults.append(Fault(line.number, to[:64], reason))
            continue
        rows.append(_row(line, to, columns))
        lines.append(line.number)
        faults += _gaps(line, to, columns, sheet.headings)
    return Looked(tuple(rows), tuple(lines), tuple(faults[:TOLD]), len(faults))


def _fault(to: str, line: Line, seen: dict[str, int], country: str) -> str:
    if not to:
        return _("There is no number in this line.")
    address = address_of(to, country)
    if address is None:
        return _("This is not a phone number.")
    before = seen.setdefault(address[1], line.number)
    if before != line.number:
        return _("The same number as in line %(line)s.") % {"line": before}
    return ""


def _row(line: Line, to: str, columns: Mapping[str, int]) -> Row:
    values = {what.removeprefix(VALUE): line.cell(n) for what, n in _values(columns)}
    return Row(
        to,
        {name: value for name, value in values.items() if value},
        line.cell(columns[REFERENCE]) if REFERENCE in columns else "",
        line.cell(columns[NAME]) if NAME in columns else "",
    )


def _gaps(line: Line, to: str, columns: Mapping[str, int], headings: Sequence[str]) -> list[Fault]:
    empty = [
        headings[n] or what.removeprefix(VALUE) for what, n in _values(columns) if not line.cell(n)
    ]
    sentence = _("Added, but without a value for %(names)s.")
    return [Fault(line.number, to, sentence % {"names": ", ".join(empty)})] if empty else []


def _values(columns: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return [(what, place) for what, place in columns.items() if what.startswith(VALUE)]
