"""What Meta refuses of a template that is handed in, with its subcodes and its own sentences."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from simulator.graph_errors import Refusal
from simulator.wire import Json
from simulator.world import World

NAME: Final = re.compile(r"^[a-z0-9_]{1,512}$")
VARIABLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
WORD: Final = re.compile(r"\w+")
CATEGORIES: Final = frozenset({"MARKETING", "UTILITY", "AUTHENTICATION"})
EXAMPLE_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "HEADER": ("header_text", "header_text_named_params"),
    "BODY": ("body_text", "body_text_named_params"),
}
MEDIA: Final = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})
WORDS_A_VARIABLE: Final = 2
MOST_BUTTONS: Final = 10


def check(world: World, wanted: Json) -> None:
    """Raises Refusal 100 with a subcode for a template that is not well-formed."""
    if not NAME.match(str(wanted.get("name"))):
        raise Refusal(100, user_message="Names take small letters, digits and underscores.")
    if wanted.get("category") not in CATEGORIES:
        raise Refusal(100, "Param category must be one of MARKETING, UTILITY, AUTHENTICATION.")
    check_components(world, list(wanted["components"]), str(wanted["category"]))


def check_components(world: World, parts: list[Json], category: str) -> None:
    """The same for the parts alone."""
    kinds = [str(part["type"]).upper() for part in parts]
    if "BODY" not in kinds or len(set(kinds)) < len(kinds):
        raise Refusal(100, "A template has one body, and each part once.", subcode=2388072)
    for part in parts:
        _CHECKS.get(str(part["type"]).upper(), _anything)(world, part, category)


def _anything(_world: World, _part: Json, _category: str) -> None:
    return None


def _check_header(world: World, part: Json, _category: str) -> None:
    kind = part.get("format")
    if kind == "TEXT":
        text = str(part["text"])
        _length(text, 60, "header")
        if "\n" in text or "*" in text or len(VARIABLE.findall(text)) > 1:
            _refuse(
                2388047,
                "Message headers can't have new lines, formatting, emojis or more than one"
                " variable.",
            )
        _examples(part, "HEADER")
    elif kind in MEDIA:
        handles = part.get("example", {}).get("header_handle") or []
        if not any(one in world.samples for one in handles):
            _refuse(2388273, "Templates with an image, video or document header need a sample.")


def _check_body(_world: World, part: Json, category: str) -> None:
    if category == "AUTHENTICATION":
        return
    text = str(part["text"])
    _length(text, 1024, "body")
    if VARIABLE.match(text.strip()) or re.search(r"\}\}$", text.strip()):
        _refuse(2388299, "Variables can't be at the start or end of the template.")
    words, variables = len(WORD.findall(VARIABLE.sub(" ", text))), len(set(VARIABLE.findall(text)))
    if variables and words < WORDS_A_VARIABLE * variables + 1:
        _refuse(
            2388293,
            "This template has too many variables for its length. Reduce the number of variables"
            " or increase the message length.",
        )
    _examples(part, "BODY")


def _check_footer(_world: World, part: Json, category: str) -> None:
    if category != "AUTHENTICATION":
        text = str(part["text"])
        _length(text, 60, "footer")
        if VARIABLE.search(text) or "\n" in text:
            _refuse(2388073, "Message footers can't have variables or new lines.")


def _check_buttons(_world: World, part: Json, _category: str) -> None:
    buttons = list(part["buttons"])
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        _refuse(2388060, "A template can have at most 10 buttons.")
    for button in buttons:
        _length(str(button.get("text", "")), 25, "button")
        if VARIABLE.search(str(button.get("url", ""))) and not button.get("example"):
            _refuse(2388043, "A button with a variable in its URL needs an example.")


def _length(text: str, most: int, place: str) -> None:
    if len(text) > most:
        _refuse(2388040, f"The message {place} can't be longer than {most} characters.")


def _examples(part: Json, kind: str) -> None:
    names = set(VARIABLE.findall(str(part["text"])))
    given = set(_given(part.get("example") or {}, *EXAMPLE_KEYS[kind]))
    if names and (len(given) < len(names) or not all(given)):
        _refuse(2388043, f"The {kind.lower()} of a template with variables needs an example each.")


def _given(example: Mapping[str, Any], positional: str, named: str) -> Iterator[str]:
    if named in example:
        yield from (f"{row['param_name']}={row['example']}" for row in example[named])
        return
    rows = example.get(positional) or []
    row = rows[0] if rows and isinstance(rows[0], list) else rows
    yield from (f"{place}={value}" if value else "" for place, value in enumerate(row))


def _refuse(subcode: int, sentence: str) -> None:
    raise Refusal(100, sentence, subcode=subcode, user_message=sentence)


_CHECKS: Final[Mapping[str, Callable[[World, Json, str], None]]] = {
    "HEADER": _check_header,
    "BODY": _check_body,
    "FOOTER": _check_footer,
    "BUTTONS": _check_buttons,
}
