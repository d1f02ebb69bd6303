"""Cells of CSV files: no spreadsheet calculates what somebody wrote."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.csv_cells import cell, lines


@pytest.mark.case("S113")
@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x00=1",
        " =1",
        "\xa0=1",
        "＝1",
    ],
)
def test_what_a_spreadsheet_would_calculate_begins_with_an_apostrophe(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["Ada", "a=1", "", "3", "'=1"])
def test_anything_else_is_left_alone(text):
    assert cell(text) == text


def test_commas_quotes_and_line_ends_come_back_as_they_went():
    row = ['say "hello", Dora', "two\r\nlines", "", None, 7]
    (line,) = lines([row])
    assert line.endswith("\r\n")
    assert next(csv.reader(io.StringIO(line, newline=""))) == [
        'say "hello", Dora',
        "two\r\nlines",
        "",
        "",
        "7",
    ]
