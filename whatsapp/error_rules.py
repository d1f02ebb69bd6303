"""The words of the error table: classes, repeats, and the row itself."""

from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """What the send path does with an error."""

    RETRY = "retry"
    """Passing trouble: the message stays queued."""
    PAUSE = "pause"
    """The number, account, app or token cannot send: pause it, keep its messages."""
    WINDOW = "window"
    """The customer service window is closed: offer a template, keep the text as a draft."""
    RECIPIENT = "recipient"
    """This person cannot be reached, or not this way."""
    TEMPLATE = "template"
    """The template or its values do not fit."""
    PAYLOAD = "payload"
    """The body or the file is wrong: ours to change."""
    POLICY = "policy"
    """Meta, the customer or we chose: no resend."""
    SETUP = "setup"
    """Happens only in settings, never while sending."""
    INBOUND = "inbound"
    """Explains a message that came in."""


class Again(StrEnum):
    """Whether the same message may be tried once more."""

    AUTOMATIC = "automatic"
    LATER = "later"
    AFTER_FIX = "after_fix"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One row of the error table.

    title: for logs; never match on it, Meta is going to drop titles.
    sentence: English source of what people read; "" means nothing is shown. May hold {details}.
    http_status: what Meta documents, None where it documents none.
    max_retries: of automatic ones; None means until the window closes.
    """

    code: int
    title: str
    remedy: Remedy
    again: Again
    sentence: str
    http_status: int | None = None
    max_retries: int | None = None

    def fill(self, sentence: str, details: str) -> str:
        """`sentence` (this rule's own, or its translation) with Meta's details in place."""
        return sentence.replace("{details}", details.rstrip(" .") or f"#{self.code}")
