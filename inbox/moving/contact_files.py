"""A table of contacts as a file: CSV as RFC 4180 has it, or XLSX; no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from django.db.models import QuerySet
from openpyxl import Workbook

from inbox.models import Contact
from inbox.moving.cells import safe
from inbox.moving.listing import HEADERS, table

PART: Final = 256 * 1024
# Without it a spreadsheet takes UTF-8 for something else.
BOM: Final = "\ufeff"


def csv_of(rows: QuerySet[Contact], *, zone: str, told: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of the CSV, a page of contacts at a time."""
    yield (BOM + csv_lines([HEADERS])).encode()
    for page in table(rows, zone=zone):
        yield csv_lines(page).encode()
        told(len(page))


def csv_lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as text, lines ended by CR LF."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def xlsx_of(
    rows: QuerySet[Contact], *, folder: Path, zone: str, told: Callable[[int], None]
) -> Iterator[bytes]:
    """The bytes of the XLSX; it is written into `folder` first, for a ZIP ends with its index."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Contacts")
    sheet.append(list(HEADERS))
    for page in table(rows, zone=zone):
        for row in page:
            sheet.append([safe(cell) for cell in row])
        told(len(page))
    path = folder / "contacts.xlsx"
    book.save(path)
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part
