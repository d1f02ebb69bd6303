"""A file of contacts as rows of text, CSV or XLSX, with an end to everything a file can do.

No formula is calculated: XLSX gives what was calculated last. A ZIP says how large its parts are,
and Python reads no more of one than it says, so that a bomb is refused unopened.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Final

from openpyxl import load_workbook

from inbox.moving.cells import plain

LARGEST_BYTES: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 100_000
LAST_ROW: Final = 1_048_576  # of a sheet in Excel
MOST_COLUMNS: Final = 100
UNPACKED_BYTES: Final = 300 * 1024 * 1024
MOST_PARTS: Final = 500
HEAD_BYTES: Final = 64 * 1024
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = ",;\t|"

# Why a file is not taken.
EMPTY: Final = "empty"
TOO_LARGE: Final = "too_large"
TOO_MANY_ROWS: Final = "too_many_rows"
NO_TABLE: Final = "no_table"
OLD_FORMAT: Final = "old_format"


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text is one of the words above."""


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number in the file; the headings are the first.

    Raises: Unreadable, also after rows were given.
    """
    size = path.stat().st_size
    if not size:
        raise Unreadable(EMPTY)
    if size > LARGEST_BYTES:
        raise Unreadable(TOO_LARGE)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(_OLD_EXCEL):
        raise Unreadable(OLD_FORMAT)
    rows = _sheet(path) if head.startswith(_ZIP) else _text(path, head)
    count = 0
    for number, row in enumerate(rows, start=1):
        # A sheet may name any number for its next row: the blank ones up to it are made up.
        if number > LAST_ROW:
            raise Unreadable(TOO_MANY_ROWS)
        cells = [plain(cell) for cell in row[:MOST_COLUMNS]]
        if not any(cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Unreadable(TOO_MANY_ROWS)
        yield number, cells
    if not count:
        raise Unreadable(EMPTY)


def _text(path: Path, head: bytes) -> Iterator[list[object]]:
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(NO_TABLE)
    encoding = _encoding(path, head)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(file)
        try:
            yield from csv.reader(file, delimiter=delimiter)
        except csv.Error as error:
            raise Unreadable(NO_TABLE) from error


def _encoding(path: Path, head: bytes) -> str:
    """UTF-8 and UTF-16 prove themselves; everything else is what Excel writes in the west."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(HEAD_BYTES):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(file: IO[str]) -> str:
    """What stands most often in the first line; the file is at its beginning again."""
    first = file.readline(HEAD_BYTES)
    file.seek(0)
    return max(_DELIMITERS, key=first.count)


def _sheet(path: Path) -> Iterator[list[object]]:
    _check_parts(path)
    with path.open("rb") as file:  # by its name alone the library would judge its kind
        yield from _first_sheet(file)


def _first_sheet(file: IO[bytes]) -> Iterator[list[object]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise Unreadable(NO_TABLE) from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for row in sheet.iter_rows(values_only=True):
            yield list(row)
    except Exception as error:
        raise Unreadable(NO_TABLE) from error
    finally:
        book.close()


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as bundle:
            parts = bundle.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > UNPACKED_BYTES:
                raise Unreadable(TOO_LARGE)
            names = {one.filename for one in parts}
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise Unreadable(NO_TABLE)
            for one in parts:
                with bundle.open(one) as part:
                    # A document type is where entities that multiply are declared.
                    if b"<!DOCTYPE" in part.read(HEAD_BYTES).replace(b"\0", b"").upper():
                        raise Unreadable(NO_TABLE)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(NO_TABLE) from error


def sampled(rows: list[list[str]], headers: list[str]) -> list[list[str]]:
    """For each column its first three values that are not empty."""
    return [
        list(islice((row[place] for row in rows if place < len(row) and row[place]), 3))
        for place in range(len(headers))
    ]
