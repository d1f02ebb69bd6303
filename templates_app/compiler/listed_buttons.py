"""From a button as Graph lists it to one that can be compiled, or the obstacle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from templates_app.compiler.buttons import (
    Button,
    CopyCode,
    Flow,
    Link,
    OneTimeCode,
    Phone,
    QuickReply,
)
from templates_app.compiler.listing import first_example, text_of, word_of
from templates_app.compiler.texts import BRACES
from templates_app.compiler.types import Json, NotSendable, Why

BUTTONS_NOT_YET: Final[Mapping[str, Why]] = {
    "CATALOG": Why.CATALOG,
    "MPM": Why.PRODUCTS,
    "SPM": Why.PRODUCTS,
    "VOICE_CALL": Why.CALLS,
}
# Graph reads the button of an authentication template back as a link to this address.
ONE_TIME_CODES: Final = ("https://www.whatsapp.com/otp/", "https://whatsapp.com/otp/")
# WhatsApp words these buttons itself; Graph does not always list the words.
COPY_CODE_TEXT: Final = "Copy offer code"
ONE_TIME_CODE_TEXT: Final = "Copy code"


def button_of(button: Any, index: int) -> Button:
    """The button that stands at `index`. Raises: NotSendable."""
    if not isinstance(button, dict):
        raise NotSendable(Why.UNREADABLE)
    kind = word_of(button.get("type"))
    if kind in BUTTONS_NOT_YET:
        raise NotSendable(BUTTONS_NOT_YET[kind])
    if kind not in READERS:
        raise NotSendable(Why.UNKNOWN_BUTTON, kind)
    return READERS[kind](button, index)


def _link(button: Json, index: int) -> Button:
    url = button.get("url")
    if not isinstance(url, str):
        raise NotSendable(Why.UNREADABLE)
    if url.startswith(ONE_TIME_CODES):
        return OneTimeCode(text_of(button), index)
    # One value, at the end: that is all Meta knows.
    if len(BRACES.findall(url)) > 1:
        raise NotSendable(Why.VARIABLES)
    return Link(text_of(button), index, url, first_example(button.get("example")))


def _copy_code(button: Json, index: int) -> Button:
    words = _words(button, COPY_CODE_TEXT)
    return CopyCode(words, index, first_example(button.get("example")))


def _one_time_code(button: Json, index: int) -> Button:
    return OneTimeCode(_words(button, ONE_TIME_CODE_TEXT), index)


def _words(button: Json, default: str) -> str:
    text = button.get("text")
    return text if isinstance(text, str) and text else default


def _phone(button: Json, index: int) -> Button:
    number = button.get("phone_number")
    return Phone(text_of(button), index, number if isinstance(number, str) else "")


READERS: Final[Mapping[str, Callable[[Json, int], Button]]] = {
    "QUICK_REPLY": lambda button, index: QuickReply(text_of(button), index),
    "URL": _link,
    "PHONE_NUMBER": _phone,
    "COPY_CODE": _copy_code,
    "OTP": _one_time_code,
    "FLOW": lambda button, index: Flow(text_of(button), index),
}
