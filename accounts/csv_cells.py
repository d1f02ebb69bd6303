"""Cells of a CSV file that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

# What begins a formula, alone or after what a spreadsheet skips.
# https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-28)
STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """The value as text, with an apostrophe in front where a spreadsheet would calculate it."""
    text = "" if value is None else str(value)
    risky = text.startswith(STARTS) or text.lstrip(" \xa0\ufeff").startswith(STARTS)
    return f"'{text}" if risky else text


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of RFC 4180: commas, quotes doubled, CRLF."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([cell(value) for value in row])
        yield line.getvalue()
