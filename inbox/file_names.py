"""Names that customers gave their files: fit for a header and for anybody's disk. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 150
# Devices of Windows: a file of that name cannot be saved there.
RESERVED: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)
# What a double click may run, or a browser show as a page of its own.
ACTIVE: Final = re.compile(
    r"apk|app|appimage|bat|cmd|com|cpl|desktop|dll|dmg|docm|exe|gadget|hta|htc|html?|iso|jar|jse?"
    r"|lnk|mhtml|mht|mjs|msix?|pif|pptm|ps1|py|reg|scr|sh|shtml|svgz?|swf|url|vbs?|wasm|wsf|xht"
    r"|xhtml|xlsm|xml|xslt?"
)
_NOT_IN_NAMES: Final = re.compile(r'["*:<>?|%;]')
# Cc: line ends, NUL. Cf: what turns the direction of writing. Cs: half a character.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def download_name(name: str, *, otherwise: str) -> str:
    """The name under which a file is saved, at most 150 characters; `otherwise` when none is left.

    Folders, line ends, characters that turn the direction of writing and those that some system
    forbids are gone (S49, S50).
    """
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(one for one in last if unicodedata.category(one) not in _INVISIBLE)
    plain = _NOT_IN_NAMES.sub("_", shown).lstrip(" .-").rstrip(" .")
    if plain.split(".")[0].upper() in RESERVED:
        plain = f"_{plain}"
    return _shortened(plain) or otherwise


def is_active(name: str) -> bool:
    """Whether the last ending of a name is of a kind that can run or be a page (S48)."""
    return ACTIVE.fullmatch(_ending(name).lower()) is not None


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = f".{_ending(name)}" if 0 < len(_ending(name)) <= 10 else ""
    return name[: LONGEST - len(ending)] + ending


def _ending(name: str) -> str:
    _stem, dot, ending = name.rstrip(" .").rpartition(".")
    return ending if dot else ""
