"""Cells of tables that people open in a spreadsheet: no text of a customer becomes a formula. Pure.

https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-20).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

LONGEST: Final = 1_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What no XML may hold, and so no XLSX.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe(text: str) -> str:
    """The text as a cell: one that a spreadsheet would calculate gets an apostrophe in front."""
    clean = _FORBIDDEN.sub("", text)
    return f"'{clean}" if text.startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


def plain(value: object) -> str:
    """A cell that was read, as text of at most 1,000 characters, as people see it.

    A number without its ".0", a date in ISO form. The apostrophe of `safe` is taken away again.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case _:
            text = _FORBIDDEN.sub("", str(value))[:LONGEST].strip()
    guarded = text[:1] == "'" and text[1:].startswith(_FORMULA)
    return text[1:].strip() if guarded else text
