"""The rules of texts: header, body, footer, and the variables in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from templates_app.compiler.listing import examples_of
from templates_app.compiler.texts import BRACES
from templates_app.compiler.types import Json
from templates_app.drafting import MEDIA, NAMED, TEXT, variables_in
from templates_app.linting.types import Finding, Findings, too_long
from whatsapp import limits

POSITION: Final = re.compile(r"[1-9][0-9]{0,2}")
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
WORD: Final = re.compile(r"\w+")
EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u20e3]")
FORMATTING: Final = re.compile(r"[*_~`]")
ADJACENT: Final = re.compile(r"\}\}[\s.,;:!?-]*\{\{")
PROMOTION: Final = re.compile(
    r"(?i)\b(sale|discounts?|special offer|promo(tion)?|coupons?|voucher|buy now|limited time)\b"
    r"|%\s*off\b"
)
# Providers quote Meta with twice the variables and one more; Meta's page gives no number.
WORDS_A_VARIABLE: Final = 2
LINE_BREAKS_IN_A_ROW: Final = 3


def header(part: Json, style: str) -> Findings:
    """A header of text is short and plain; a header of a file has a sample."""
    if part.get("format") in MEDIA:
        example = part.get("example")
        handles = example.get("header_handle") if isinstance(example, dict) else None
        # The address in Graph's list is no handle: an edit needs the file again.
        if not (isinstance(handles, list) and handles and not _is_address(handles[0])):
            yield Finding("header.sample", "SAMPLE_MISSING")
    elif part.get("format") == TEXT:
        yield from _header_text(str(part.get("text") or ""), part.get("example"), style)


def _is_address(handle: object) -> bool:
    return not isinstance(handle, str) or handle.startswith(("http://", "https://"))


def _header_text(text: str, example: Any, style: str) -> Findings:
    where, names = "header.text", variables_in(text)
    plain = BRACES.sub("", text)
    yield from _words(where, text, limits.TEMPLATE_HEADER)
    if "\n" in text:
        yield Finding(where, "LINE_BREAK")
    if FORMATTING.search(plain):
        yield Finding(where, "FORMATTING")
    if EMOJI.search(plain):
        yield Finding(where, "EMOJI")
    if len(names) > limits.TEMPLATE_HEADER_VARIABLES:
        yield Finding(where, "ONE_VARIABLE")
    yield from _variables(where, text, style)
    given = examples_of(example, "header_text", names)
    if names and not all(given.get(name, "").strip() for name in names):
        yield Finding("header.example", "EXAMPLE_MISSING", {"name": names[0]})


def body(part: Json, style: str, category: str) -> Findings:
    """The body has words around its variables, and a sample for each."""
    where, text = "body.text", str(part.get("text") or "")
    yield from _words(where, text, limits.TEMPLATE_BODY)
    yield from _variables(where, text, style)
    yield from _places(where, text)
    if "\n" * LINE_BREAKS_IN_A_ROW in text.replace("\r", ""):
        yield Finding(where, "MANY_LINE_BREAKS", refuses=False)
    if category == "UTILITY" and (found := PROMOTION.search(text)):
        yield Finding(where, "PROMOTION", {"word": found[0]}, refuses=False)
    names = variables_in(text)
    given = examples_of(part.get("example"), "body_text", _sorted(names, style))
    for name in names:
        if not given.get(name, "").strip():
            yield Finding(f"body.examples.{name}", "EXAMPLE_MISSING", {"name": name})


def footer(part: Json) -> Findings:
    """The footer is one short line without variables."""
    where, text = "footer.text", str(part.get("text") or "")
    yield from _words(where, text, limits.TEMPLATE_FOOTER)
    if variables_in(text):
        yield Finding(where, "NO_VARIABLES")
    if "\n" in text:
        yield Finding(where, "LINE_BREAK")


def _words(where: str, text: str, most: int) -> Findings:
    if not text.strip():
        yield Finding(where, "REQUIRED")
    yield from too_long(where, text, most)


def _variables(where: str, text: str, style: str) -> Findings:
    rest = BRACES.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield Finding(where, "BRACES")
    names = variables_in(text)
    wanted, code = (NAME, "NAMED_ONLY") if style == NAMED else (POSITION, "NUMBERS_ONLY")
    wrong = [name for name in names if not wanted.fullmatch(name)]
    if wrong:
        yield Finding(where, code, {"name": wrong[0]})
    elif style != NAMED:
        yield from _gap(where, names)


def _gap(where: str, names: Sequence[str]) -> Findings:
    expected = [str(number) for number in range(1, len(names) + 1)]
    if sorted(names, key=int) != expected:
        missing = next(one for one in expected if one not in names)
        yield Finding(where, "NUMBERS_GAP", {"number": missing})


def _places(where: str, text: str) -> Findings:
    names = variables_in(text)
    if not names:
        return
    bare = text.strip()
    if BRACES.match(bare):
        yield Finding(where, "VARIABLE_FIRST")
    if bare.endswith("}}"):
        yield Finding(where, "VARIABLE_LAST")
    if ADJACENT.search(text):
        yield Finding(where, "VARIABLES_ADJACENT")
    words, least = len(WORD.findall(BRACES.sub(" ", text))), WORDS_A_VARIABLE * len(names) + 1
    if words < least:
        facts = {"words": words, "least": least, "variables": len(names)}
        yield Finding(where, "FEW_WORDS", facts)


def _sorted(names: tuple[str, ...], style: str) -> tuple[str, ...]:
    numbers = style != NAMED and all(POSITION.fullmatch(name) for name in names)
    return tuple(sorted(names, key=int)) if numbers else names
