"""What people paste and upload becomes rows with their lines."""

from __future__ import annotations

import pytest

from campaigns.tables import (
    MOST_ROWS,
    NAME,
    NOTHING,
    TO,
    VALUE,
    Line,
    columns_of,
    guessed,
    is_number,
    pasted,
    rows_in,
    sheet_of,
    text_of,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("+46 70 123", [Line(1, ("+46 70 123", ""))]),
        ("+4670, Dora\n\n  \n+4671;Ben ", [Line(1, ("+4670", "Dora")), Line(4, ("+4671", "Ben"))]),
        ("+4670\tDora, of Lund", [Line(1, ("+4670", "Dora, of Lund"))]),
        (", Nobody", []),
        ("\0", []),
        ("", []),
    ],
)
def test_a_line_is_a_number_and_perhaps_a_name(text, lines):
    assert pasted(text) == lines


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("+46 70 123 45 67", True),
        ("(0712) 345-678", True),
        ("40-1187", False),
        ("Phone", False),
        ("12025550143 Dora", False),
        ("", False),
    ],
)
def test_a_phone_number_is_told_from_a_heading(cell, is_one):
    assert is_number(cell) is is_one


def test_a_table_without_headings_keeps_its_first_line():
    with_headings = sheet_of([(1, ["Phone", "Name"]), (2, ["+46701234567"])])
    without = sheet_of([(1, ["+46701234567", "Dora"]), (3, ["+46701234568"])])
    assert with_headings.headings == ("Phone", "Name")
    assert [one.number for one in with_headings.lines] == [2]
    assert without.headings == ("", "")
    assert [one.number for one in without.lines] == [1, 3]


@pytest.mark.parametrize(
    ("headings", "holds"),
    [
        (["Telefon", "Kunde", "order"], (TO, NAME, VALUE + "order")),
        (["Number of shoes", "Who", "1"], (NOTHING, NOTHING, VALUE + "1")),
        (["Name", "", "Order"], (NAME, NOTHING, VALUE + "order")),
    ],
)
def test_columns_are_guessed_by_their_headings(headings, holds):
    assert guessed(sheet_of([(1, headings)]), ["order", "1"]) == holds


def test_without_a_heading_the_column_with_numbers_holds_them():
    sheet = sheet_of([(1, ["Dora", "+46701234567"]), (2, ["Ben", "+46701234568"])])
    assert guessed(sheet, []) == (NOTHING, TO)


def test_a_page_carries_a_table_there_and_back():
    rows = [(1, ["Phone", 'quote "', ""]), (7, ["+46", "a\nb", "c,d"])]
    assert rows_in(text_of(rows)) == rows


@pytest.mark.parametrize("text", ["x,+46", "-1,+46", '"1', "1" * 12 + ",+46", "\0\0", "²,+46"])
def test_what_somebody_else_posts_in_its_place_is_no_row(text):
    assert [row for row in rows_in(text) if row[1]] == []


def test_no_more_rows_are_read_than_a_file_may_have():
    assert len(rows_in("1,+46\n" * (MOST_ROWS + 50))) == MOST_ROWS + 1


def test_of_two_columns_for_the_same_the_first_counts():
    assert columns_of([NOTHING, TO, TO, NAME]) == {TO: 1, NAME: 3}
