"""Whom people paste and upload: lines and columns, as rows to add. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from inbox.moving import columns

TO: Final = "to"
NAME: Final = "name"
REFERENCE: Final = "reference"
NOTHING: Final = ""
VALUE: Final = "var:"
"""Before the name of a variable that a column fills."""
MOST_ROWS: Final = 10_000
MOST_TEXT: Final = 3_500_000
"""Bytes of a table that its page carries from one step to the next; a form may have 4 MiB."""
SAMPLES: Final = 3
_SIGNS: Final = frozenset("+()-./ \u00a0\u202f")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was given. number: its line, from 1."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """What stands there, "" where the row is shorter."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with headings; made up, "" each, where the first row was somebody."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    def samples(self, place: int) -> tuple[str, ...]:
        """The first values of a column that are not empty."""
        found = (line.cell(place) for line in self.lines)
        return tuple(islice((one for one in found if one), SAMPLES))


def sheet_of(rows: Iterable[tuple[int, Sequence[str]]]) -> Sheet:
    """Rows with their numbers, the first of them headings unless it holds a phone number."""
    lines = [Line(number, tuple(one.strip() for one in cells)) for number, cells in rows]
    width = max((len(line.cells) for line in lines), default=0)
    if not lines or any(is_number(cell) for cell in lines[0].cells):
        return Sheet(("",) * width, tuple(lines))
    headings = lines[0].cells + ("",) * (width - len(lines[0].cells))
    return Sheet(headings, tuple(lines[1:]))


def is_number(cell: str) -> bool:
    """Whether this looks like a phone number: seven digits and the signs between them."""
    digits = sum(one.isdigit() for one in cell)
    return digits >= 7 and all(one.isdigit() or one in _SIGNS for one in cell)


def text_of(rows: Iterable[tuple[int, Sequence[str]]]) -> str:
    """A table as text that a page can carry: the number of each line first. See `rows_in`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([number, *cells] for number, cells in rows)
    return text.getvalue()


def rows_in(text: str) -> list[tuple[int, list[str]]]:
    """What `text_of` wrote; whatever else somebody posts in its place is left out."""
    rows = csv.reader(io.StringIO(text[:MOST_TEXT].replace("\0", ""), newline=""))
    try:
        found = [(row[0], row[1:]) for row in rows if row]
    except csv.Error:
        return []
    numbered = [(int(n), cells) for n, cells in found if n.isascii() and n.isdigit() and len(n) < 9]
    return numbered[: MOST_ROWS + 1]


def pasted(text: str) -> list[Line]:
    """One person a line: a number, and a name behind a comma, a semicolon or a tab."""
    found = []
    for number, line in enumerate(text.replace("\0", "").splitlines(), start=1):
        to, name = _split(line)
        if to:
            found.append(Line(number, (to, name)))
    return found


def _split(line: str) -> tuple[str, str]:
    for sign in "\t;,":
        to, found, name = line.partition(sign)
        if found:
            return to.strip(), name.strip(" \t;,")
    return line.strip(), ""


def guessed(sheet: Sheet, variables: Sequence[str]) -> tuple[str, ...]:
    """What each column probably holds: `TO`, `NAME`, `VALUE` and a variable, or `NOTHING`."""
    known = columns.guessed(sheet.headings)
    words = {columns.PHONE: TO, columns.NAME: NAME}
    found = {place: words[name] for name, place in known.items() if name in words}
    if TO not in found.values():
        numbers = (n for n in range(len(sheet.headings)) if any(map(is_number, sheet.samples(n))))
        found |= {n: TO for n in [next(numbers, -1)] if n >= 0}
    by_name = {one.casefold(): one for one in variables}
    for place, heading in enumerate(sheet.headings):
        variable = by_name.get(heading.casefold())
        if variable is not None and place not in found:
            found[place] = VALUE + variable
    return tuple(found.get(place, NOTHING) for place in range(len(sheet.headings)))


def columns_of(chosen: Sequence[str]) -> Mapping[str, int]:
    """The column of each thing that one holds; of two columns for the same, the first."""
    found: dict[str, int] = {}
    for place, what in enumerate(chosen):
        if what != NOTHING:
            found.setdefault(what, place)
    return found
