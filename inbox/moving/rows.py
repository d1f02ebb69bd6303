"""One row of a file as what it says of a contact, or why it says nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from inbox.moving.columns import LANGUAGE, LAST_NAME, NAME, OPTED_OUT, PHONE
from whatsapp.phone import canonical, e164

NO_PHONE: Final = "no_phone"
BAD_PHONE: Final = "bad_phone"
BAD_LANGUAGE: Final = "bad_language"
BAD_OPT_OUT: Final = "bad_opt_out"
NAME_TOO_LONG: Final = "name_too_long"
TWICE: Final = "twice"
ERASED: Final = "erased"
LONGEST_NAME: Final = 120

YES: Final = frozenset(
    {"yes", "y", "true", "t", "1", "x", "ja", "j", "si", "sí", "oui", "sim", "ndiyo", "opted out"}
)
NO: Final = frozenset({"", "no", "n", "false", "f", "0", "nein", "non", "não", "nao", "hapana"})
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,4})?")


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says. name, language: "" where it says nothing. opted_out: only ever that.

    An import can stop marketing to a person and never begin it again: only they can.
    """

    phone: str  # E.164
    canonical: str
    name: str = ""
    language: str = ""
    opted_out: bool = False


def read(cells: Sequence[str], mapping: Mapping[str, int], *, country_code: str) -> Said | str:
    """The row as what it says, or a word for why it is not taken."""

    def cell(target: str) -> str:
        place = mapping.get(target)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    written = cell(PHONE)
    if not written:
        return NO_PHONE
    phone = _phone(written, country_code)
    if phone is None:
        return BAD_PHONE
    name = " ".join(f"{cell(NAME)} {cell(LAST_NAME)}".split())
    if len(name) > LONGEST_NAME:
        return NAME_TOO_LONG
    language = cell(LANGUAGE)
    if language and not _LANGUAGE.fullmatch(language):
        return BAD_LANGUAGE
    stopped = cell(OPTED_OUT).casefold()
    if stopped not in YES | NO:
        return BAD_OPT_OUT
    return Said(phone, canonical(phone), name, language.replace("-", "_"), stopped in YES)


def _phone(written: str, country_code: str) -> str | None:
    """In any form: with its country, or as it is dialled at home."""
    bare = written.removeprefix("tel:").strip()
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if bare.startswith("+"):
        return e164(bare)
    # Spreadsheets eat the plus: what is no number at home may be one with its country.
    return e164(bare, country_code or None) or e164(f"+{bare}")
