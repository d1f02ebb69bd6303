"""WhatsApp's text markup as HTML. Every piece of text passes through `format_html`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LINK: Final = r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}]"
# One pass, left to right. A mark counts only at the edge of a word, as on the phone.
_TOKEN: Final = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)\*(?P<bold>\S(?:[^*\n]*\S)?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>\S(?:[^_\n]*\S)?)_(?!\w)"
    r"|(?<!\w)~(?P<struck>\S(?:[^~\n]*\S)?)~(?!\w)"
    rf"|(?P<link>{LINK})",
    re.DOTALL,
)
_TAGS: Final = {"bold": "strong", "italic": "em", "struck": "s"}
_DEEPEST: Final = 3
_LONGEST: Final = 8192


def rendered(text: str, *, depth: int = 0) -> SafeString:
    """Safe HTML. Marks nest at most three deep; line breaks are left to CSS (`pre-wrap`)."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text[:_LONGEST], depth)))


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
        case "block":
            return format_html("<pre>{}</pre>", inside)
        case "code":
            return format_html("<code>{}</code>", inside)
        case "link":
            return format_html(
                '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
                inside,
                inside,
            )
        case _:
            nested: str = rendered(inside, depth=depth + 1) if depth < _DEEPEST else inside
            return format_html("<{0}>{1}</{0}>", _TAGS[name], nested)
