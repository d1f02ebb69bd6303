"""The rules of buttons: how many, in which order, and what each may hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from templates_app.compiler.listing import first_example, word_of
from templates_app.compiler.texts import BRACES
from templates_app.compiler.types import Json
from templates_app.drafting import COPY_CODE, PHONE, QUICK_REPLY, URL, variables_in
from templates_app.linting.texts import EMOJI, FORMATTING
from templates_app.linting.types import Finding, Findings, too_long
from whatsapp import limits

MOST_OF: Final[Mapping[str, int]] = {
    URL: limits.TEMPLATE_URL_BUTTONS,
    PHONE: limits.TEMPLATE_PHONE_BUTTONS,
    COPY_CODE: 1,
}
SHOWN_ON_DESKTOP: Final = 3
NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().-]{3,}")
CODE: Final = re.compile(r"[A-Za-z0-9_-]+")
WHATSAPP_LINKS: Final = ("wa.me", "api.whatsapp.com", "chat.whatsapp.com")
Check = Callable[[str, Json], Findings]


def buttons(rows: Sequence[Json]) -> Findings:
    """All buttons of a template that is no authentication."""
    kinds = [word_of(row.get("type")) for row in rows]
    yield from _together(kinds)
    yield from _same_words(rows, kinds)
    for index, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        where = f"buttons.{index}"
        if kind != COPY_CODE:
            yield from _label(where, str(row.get("text") or ""))
        yield from CHECKS.get(kind, _nothing)(where, row)


def _together(kinds: Sequence[str]) -> Findings:
    if not kinds:
        yield Finding("buttons", "REQUIRED")
    if len(kinds) > limits.TEMPLATE_BUTTONS:
        yield Finding("buttons", "MANY_BUTTONS", {"limit": limits.TEMPLATE_BUTTONS})
    for kind, count in Counter(kinds).items():
        most = MOST_OF.get(kind, count)
        if count > most:
            yield Finding("buttons", f"MANY_{kind}", {"limit": most})
    quick = [kind == QUICK_REPLY for kind in kinds]
    turns = sum(one != other for one, other in pairwise(quick))
    if turns > 1:
        yield Finding("buttons", "ORDER")
    elif turns or len(kinds) > SHOWN_ON_DESKTOP:
        yield Finding("buttons", "NOT_ON_DESKTOP", refuses=False)


def _same_words(rows: Sequence[Json], kinds: Sequence[str]) -> Findings:
    seen: set[str] = set()
    for index, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        text = str(row.get("text") or "").strip().casefold()
        if text and kind == QUICK_REPLY and text in seen:
            yield Finding(f"buttons.{index}.text", "SAME_WORDS")
        seen.add(text)


def _label(where: str, text: str) -> Findings:
    field, plain = f"{where}.text", BRACES.sub("", text)
    if not text.strip():
        yield Finding(field, "REQUIRED")
    yield from too_long(field, text, limits.TEMPLATE_BUTTON_LABEL)
    if variables_in(text):
        yield Finding(field, "NO_VARIABLES")
    if "\n" in text:
        yield Finding(field, "LINE_BREAK")
    if FORMATTING.search(plain):
        yield Finding(field, "FORMATTING")
    if EMOJI.search(plain):
        yield Finding(field, "EMOJI", refuses=False)


def _nothing(_where: str, _row: Json) -> Findings:
    yield from ()


def _url(where: str, row: Json) -> Findings:
    url, field = str(row.get("url") or ""), f"{where}.url"
    if not url:
        yield Finding(field, "REQUIRED")
        return
    yield from too_long(field, url, limits.TEMPLATE_URL)
    address = _address(BRACES.sub("x", url))
    if address is None:
        yield Finding(field, "URL")
    elif address in WHATSAPP_LINKS:
        yield Finding(field, "URL_OF_WHATSAPP")
    found = BRACES.findall(url)
    if len(found) > 1 or (found and not url.endswith("}}")) or _in_host(url):
        yield Finding(field, "URL_VARIABLE")
    elif found and found[0].strip() != "1":
        yield Finding(field, "URL_NUMBER")
    if found and not first_example(row.get("example")).strip():
        yield Finding(f"{where}.example", "EXAMPLE_MISSING", {"name": found[0].strip()})


def _in_host(url: str) -> bool:
    host = url.partition("://")[2].partition("/")[0]
    return "{{" in host and "?" not in host


def _address(url: str) -> str | None:
    """The host of a web address; None for what is none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    plain = url.isprintable() and " " not in url and "." in host
    return host if parts.scheme in ("http", "https") and plain else None


def _phone(where: str, row: Json) -> Findings:
    number = str(row.get("phone_number") or "")
    if not number:
        yield Finding(f"{where}.phone", "REQUIRED")
    elif not NUMBER.fullmatch(number):
        yield Finding(f"{where}.phone", "PHONE")
    yield from too_long(f"{where}.phone", number, limits.TEMPLATE_PHONE)


def _code(where: str, row: Json) -> Findings:
    code = first_example(row.get("example"))
    if not code:
        yield Finding(f"{where}.code", "REQUIRED")
    elif not CODE.fullmatch(code):
        yield Finding(f"{where}.code", "CODE")
    yield from too_long(f"{where}.code", code, limits.TEMPLATE_COPY_CODE)


CHECKS: Final[Mapping[str, Check]] = {URL: _url, PHONE: _phone, COPY_CODE: _code}
