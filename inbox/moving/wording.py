"""Why a row or a file is not taken, as a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.moving import reading, rows

_ROWS: Final[Mapping[str, str | Promise]] = {
    rows.NO_PHONE: _("There is no phone number."),
    rows.BAD_PHONE: _("This is no phone number. Write it with its country, as +254 712 345 678."),
    rows.BAD_LANGUAGE: _("A language is a code such as en, sw or pt_BR."),
    rows.BAD_OPT_OUT: _("Write yes or no for those who want no marketing."),
    rows.NAME_TOO_LONG: _("A name has at most 120 characters."),
    rows.TWICE: _("This number stands further up in the file. Only the first row counts."),
    rows.ERASED: _(
        "The data of this person was erased. They come back only by writing themselves."
    ),
}
_FILES: Final[Mapping[str, str | Promise]] = {
    reading.EMPTY: _("There is no row of contacts below the headings."),
    reading.TOO_LARGE: _("The file is too large. 20 MB are the most; save it in parts."),
    reading.TOO_MANY_ROWS: _("There are more than 100,000 rows. Save it in parts."),
    reading.NO_TABLE: _("This is no table. Save it as CSV or as Excel workbook (.xlsx)."),
    reading.OLD_FORMAT: _("This is Excel's old format. Save it as Excel workbook (.xlsx)."),
}


def sentence(reason: str) -> str | Promise:
    """Why this row is not taken."""
    return _ROWS.get(reason, reason)


def file_sentence(reason: str) -> str | Promise:
    """Why this file is not taken."""
    return _FILES.get(reason, _("This file cannot be read."))
