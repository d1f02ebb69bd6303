"""WhatsApp's text markup as HTML. Every piece of text passes through `format_html`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LINK: Final = r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]"
# Code over several lines is cut out first: no mark and no list is made inside it.
_FENCE: Final = re.compile(r"\n?```\n?(?P<block>.+?)\n?```\n?", re.DOTALL)
# One pass, left to right. A mark counts only at the edge of a word, as on the phone.
_TOKEN: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<!\w)\*(?P<bold>\S(?:[^*\n]*\S)?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>\S(?:[^_\n]*\S)?)_(?!\w)"
    r"|(?<!\w)~(?P<struck>\S(?:[^~\n]*\S)?)~(?!\w)"
    rf"|(?P<link>{LINK})",
)
_TAGS: Final = {"bold": "strong", "italic": "em", "struck": "s"}
# What begins a line: a bullet, a number, a quotation. All want a space and then a word.
_LINE: Final = re.compile(
    r"(?P<bullet>[*-] (?=\S))|(?P<number>(?P<first>\d{1,3})\. (?=\S))|(?P<quote>> ?(?=\S))"
)
_QUOTED: Final = re.compile(r"^> ?(?=\S)", re.MULTILINE)
# A mark whose end was cut off: nothing after it is of its sort.
_OPEN: Final = re.compile(r"(?<!\S)(?:\*(?=[^\s*]+[^*]*$)|_(?=[^\s_]+[^_]*$)|~(?=[^\s~]+[^~]*$))")
_DEEPEST: Final = 3
_LONGEST: Final = 8192


def rendered(text: str) -> SafeString:
    """Safe HTML. Marks nest at most three deep; line breaks are left to CSS (`pre-wrap`)."""
    return format_html_join("", "{}", ((piece,) for piece in _fenced(text[:_LONGEST])))


def plain(text: str, *, longest: int) -> str:
    """The words without their marks, for one line of a list or a quotation.

    longest: characters. What is so long was cut off, maybe between a mark and its end.
    """
    bare = _QUOTED.sub("", text[:longest].replace("```", " ")).strip()
    words = _unmarked(bare, 0)
    return words if len(text) < longest else _OPEN.sub("", words)


def _unmarked(text: str, depth: int) -> str:
    def inside(match: re.Match[str]) -> str:
        name = str(match.lastgroup)
        words = match[name]
        is_last = name in ("code", "link") or depth == _DEEPEST
        return words if is_last else _unmarked(words, depth + 1)

    return _TOKEN.sub(inside, text)


def _fenced(text: str) -> Iterator[str]:
    end = 0
    for match in _FENCE.finditer(text) if "```" in text else ():
        yield from _blocks(text[end : match.start()])
        yield format_html("<pre>{}</pre>", match["block"])
        end = match.end()
    yield from _blocks(text[end:])


def _blocks(text: str) -> Iterator[str]:
    """Runs of lines of one sort. Between two runs the block itself breaks the line."""
    for sort, run in groupby(text.split("\n"), key=_sort):
        lines = list(run)
        yield _LISTS[sort](lines) if sort else _inline("\n".join(lines), 0)


def _sort(line: str) -> str:
    match = _LINE.match(line)
    return str(match.lastgroup) if match else ""


def _inline(text: str, depth: int) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, depth)))


def _items(lines: list[str]) -> SafeString:
    words = ((_inline(_LINE.sub("", line, count=1), 0),) for line in lines)
    return format_html_join("", "<li>{}</li>", words)


def _bullets(lines: list[str]) -> SafeString:
    return format_html("<ul>{}</ul>", _items(lines))


def _numbers(lines: list[str]) -> SafeString:
    first = _LINE.match(lines[0])
    return format_html('<ol start="{}">{}</ol>', first["first"] if first else 1, _items(lines))


def _quotation(lines: list[str]) -> SafeString:
    words = "\n".join(_LINE.sub("", line, count=1) for line in lines)
    return format_html("<blockquote>{}</blockquote>", _inline(words, 0))


_LISTS: Final[dict[str, Callable[[list[str]], SafeString]]] = {
    "bullet": _bullets,
    "number": _numbers,
    "quote": _quotation,
}


def _pieces(text: str, depth: int) -> Iterator[str]:
    end = 0
    for match in _TOKEN.finditer(text):
        yield text[end : match.start()]
        yield _piece(match, depth)
        end = match.end()
    yield text[end:]


def _piece(match: re.Match[str], depth: int) -> SafeString:
    name = str(match.lastgroup)
    inside = match[name]
    match name:
        case "code":
            return format_html("<code>{}</code>", inside)
        case "link":
            return _link(inside)
        case _:
            nested: str = _inline(inside, depth + 1) if depth < _DEEPEST else inside
            return format_html("<{0}>{1}</{0}>", _TAGS[name], nested)


def _link(address: str) -> SafeString:
    honest = _ascii_host(address)
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer nofollow"{}>{}</a>',
        address,
        format_html(' title="{}"', honest) if honest else "",
        address,
    )


def _ascii_host(address: str) -> str:
    """The host as it goes onto the wire, where letters of it only look like others; else ""."""
    try:
        host = urlsplit(address).hostname or ""
        return "" if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
