"""Templates as Graph lists them, built in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Listed:
    """What the compiler needs to know of a template."""

    components: Any
    name: str = "order_update"
    language: str = "en_US"
    parameter_format: str = "POSITIONAL"


def header(text, **more):
    return {"type": "HEADER", "format": "TEXT", "text": text} | more


def media_header(kind):
    return {"type": "HEADER", "format": kind, "example": {"header_handle": ["https://x.example"]}}


def body(text, **more):
    return {"type": "BODY", "text": text} | more


def footer(text):
    return {"type": "FOOTER", "text": text}


def buttons(*entries):
    return {"type": "BUTTONS", "buttons": list(entries)}


def quick(text):
    return {"type": "QUICK_REPLY", "text": text}


def link(text, url):
    return {"type": "URL", "text": text, "url": url}


def call(text):
    return {"type": "PHONE_NUMBER", "text": text, "phone_number": "+12025550143"}


def named(*components, **more):
    return Listed(list(components), parameter_format="NAMED", **more)


def positional(*components, **more):
    return Listed(list(components), **more)
