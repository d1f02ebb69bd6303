"""Tables of contacts: cells that are no formulas, columns that are guessed, rows and files read."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook

from inbox.moving import reading
from inbox.moving.cells import plain, safe
from inbox.moving.columns import guessed
from inbox.moving.contact_files import csv_lines
from inbox.moving.reading import Unreadable, rows_of
from inbox.moving.rows import (
    BAD_LANGUAGE,
    BAD_OPT_OUT,
    BAD_PHONE,
    NAME_TOO_LONG,
    NO_PHONE,
    Said,
    read,
)


@pytest.mark.case("S113")
@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\0=1",
        "\uff1d1+1",
        "+12025550143",
    ],
)
def test_no_cell_is_a_formula_and_reading_gives_back_the_text(text):
    cell = safe(text)
    assert cell.startswith("'")
    assert not cell[1:].startswith(("\0", "'"))
    assert plain(cell) == text.replace("\0", "").strip()


@pytest.mark.parametrize("text", ["Dora", "12", "", "a=b", "O'Neill", "'quoted'"])
def test_other_cells_are_left_alone(text):
    assert (safe(text), plain(text)) == (text, text)


@pytest.mark.case("S113")
def test_csv_is_quoted_as_the_rfc_says():
    row = ['a "b"', "c,d", "e\nf", "=1"]
    text = csv_lines([row])
    assert text == '"a ""b""","c,d","e\nf",\'=1\r\n'
    assert next(csv.reader(io.StringIO(text, newline=""))) == [*row[:3], "'=1"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (254712345678.0, "254712345678"),
        (1.5, "1.5"),
        (True, "yes"),
        ("x" * 2000, "x" * 1000),
    ],
)
def test_a_cell_is_read_as_people_see_it(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("headers", "mapping"),
    [
        (["Name", "Phone"], {"name": 0, "phone": 1}),
        (["Vorname", "Nachname", "Handy-Nummer"], {"name": 0, "last_name": 1, "phone": 2}),
        (["Número", "Nombre", "Idioma"], {"phone": 0, "name": 1, "language": 2}),
        (["Phone", "Mobile"], {"phone": 0}),
        (["opted_out", "E-mail"], {"opted_out": 0}),
        (["", "?"], {}),
    ],
)
def test_columns_are_guessed_from_their_headings(headers, mapping):
    assert guessed(headers) == mapping


DORA = ("+12025550143", "12025550143")
MAPPING = {"phone": 0, "name": 1, "last_name": 2, "language": 3, "opted_out": 4}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["+254 712 345 678"], Said("+254712345678", "254712345678")),
        (["0712345678"], Said("+254712345678", "254712345678")),
        (["00254712345678"], Said("+254712345678", "254712345678")),
        (["254712345678"], Said("+254712345678", "254712345678")),
        (["tel:+1-202-555-0143"], Said("+12025550143", "12025550143")),
        (
            ["+12025550143", " Dora ", "Lindqvist"],
            Said("+12025550143", "12025550143", "Dora Lindqvist"),
        ),
        (
            ["+12025550143", "", "", "pt-BR", "Ja"],
            Said("+12025550143", "12025550143", "", "pt_BR", True),
        ),
        (["+12025550143", "", "", "", "no"], Said("+12025550143", "12025550143")),
        ([""], NO_PHONE),
        ([], NO_PHONE),
        (["12"], BAD_PHONE),
        (["call me"], BAD_PHONE),
        (["9" * 500], BAD_PHONE),
        (["+12025550143", "x" * 121], NAME_TOO_LONG),
        (["+12025550143", "", "", "klingon!"], BAD_LANGUAGE),
        (["+12025550143", "", "", "", "perhaps"], BAD_OPT_OUT),
    ],
)
def test_a_row_says_something_of_a_contact_or_why_not(cells, said):
    assert read(cells, MAPPING, country_code="+254") == said


def a_csv(tmp_path, data):
    path = tmp_path / "table"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        "Name,Phone\r\nZoë,+1\r\n".encode(),
        "\ufeffName;Phone\nZoë;+1\n".encode(),
        "Name\tPhone\nZoë\t+1".encode("utf-16"),
        "Name|Phone\n\n\nZoë|+1\n".encode("cp1252"),
        '"Name","Phone"\n"Zoë","\'+1"\n'.encode(),
    ],
)
def test_text_is_read_whatever_program_wrote_it(tmp_path, data):
    assert [cells for _n, cells in rows_of(a_csv(tmp_path, data))] == [
        ["Name", "Phone"],
        ["Zoë", "+1"],
    ]


def a_workbook(tmp_path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "table")
    return tmp_path / "table"


def test_a_workbook_is_read_without_calculating_anything(tmp_path):
    rows = [["Phone", "Name"], [254712345678, "=1+1"], [None, None], ["+1", "Zoë"]]
    read = list(rows_of(a_workbook(tmp_path, rows)))
    assert read == [(1, ["Phone", "Name"]), (2, ["254712345678", ""]), (4, ["+1", "Zoë"])]


@pytest.mark.case("S52")
def test_a_sheet_that_jumps_to_a_row_far_away_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LAST_ROW", 1_000)
    path = a_workbook(tmp_path, [["Phone"], ["+1"]])
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="2"', b'r="9000000000000"').replace(b'r="A2"', b"")
    with pytest.raises(Unreadable, match=reading.TOO_MANY_ROWS):
        list(rows_of(zipped(tmp_path, parts)))


def zipped(tmp_path, parts):
    with zipfile.ZipFile(tmp_path / "table", "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in parts.items():
            bundle.writestr(name, data)
    return tmp_path / "table"


BOOK = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.case("S52")
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"a.txt": b"no workbook"}, reading.NO_TABLE),
        (BOOK, reading.NO_TABLE),
        (BOOK | {"xl/s.xml": b"<!DOCTYPE x [<!ENTITY a 'aa'>]><x/>"}, reading.NO_TABLE),
        (BOOK | {f"{n}.xml": b"" for n in range(600)}, reading.TOO_LARGE),
        (BOOK | {"xl/bomb.xml": b"0" * 2_000_000}, reading.TOO_LARGE),
    ],
    ids=["no workbook", "empty", "entities", "many parts", "a bomb"],
)
def test_a_zip_that_is_no_honest_workbook_is_refused(tmp_path, parts, reason, monkeypatch):
    monkeypatch.setattr(reading, "UNPACKED_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match=reason):
        list(rows_of(zipped(tmp_path, parts)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", reading.EMPTY),
        (b"\n\n , \n", reading.EMPTY),
        (b"PK\x03\x04 broken", reading.NO_TABLE),
        (b"\xd0\xcf\x11\xe0old", reading.OLD_FORMAT),
        (b"\x89PNG\r\n\0\0", reading.NO_TABLE),
        (b"a,b\n" * 102, reading.TOO_MANY_ROWS),
        (b"x" * 1_000_001, reading.TOO_LARGE),
        (b"a,b\n" + b"x" * 200_000, reading.NO_TABLE),
    ],
    ids=[
        "nothing",
        "blank",
        "half a zip",
        "old excel",
        "a picture",
        "rows",
        "bytes",
        "a long cell",
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, data, reason, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 100)
    monkeypatch.setattr(reading, "LARGEST_BYTES", 1_000_000)
    with pytest.raises(Unreadable, match=reason):
        list(rows_of(a_csv(tmp_path, data)))
