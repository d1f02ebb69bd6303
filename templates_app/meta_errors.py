"""What Meta answers to a change of a template, as a refusal that stands at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.crypto import WrongPlace
from accounts.graph import NoToken
from accounts.refusals import Refused
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown, Remedy

FAILURES: Final = (CloudApiError, NotSent, OutcomeUnknown, NoToken, WrongPlace)
# By Meta's subcode: which field it is about.
FIELDS: Final[Mapping[int, str]] = {
    2388023: "name",  # deleted less than 30 days ago
    2388024: "name",  # exists in this language
    2388047: "header.text",
    2388072: "body.text",
    2388073: "footer.text",
    2388273: "header.sample",
    2388293: "body.text",  # too few words for its variables
    2388299: "body.text",  # a variable at its start or end
}
TAKEN: Final = frozenset({2388023, 2388024})
STATE: Final = frozenset({2388039})
GONE: Final = 2593002
# Else by the first of these words in Meta's own sentence.
WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("header_handle", "header.sample"),
    ("header", "header.text"),
    ("footer", "footer.text"),
    ("button", "buttons"),
    ("url", "buttons"),
    ("category", "category"),
    ("language", "language"),
    ("template name", "name"),
    ("names take", "name"),
    ("body", "body.text"),
)


def refusal_of(failure: Exception) -> Refused:
    """The refusal for one of `FAILURES`.

    VALIDATION_ERROR in Meta's own sentence, with the field it is about where that can be told;
    ALREADY_EXISTS, STATE_CONFLICT, NUMBER_THROTTLED, NO_CONNECTED_ACCOUNT, WHATSAPP_API_ERROR.
    """
    match failure:
        case CloudApiError():
            return _refused(failure)
        case NoToken() | WrongPlace():
            said = _("The account's access token is missing or cannot be opened.")
            return Refused("NO_CONNECTED_ACCOUNT", said)
        case NotSent():
            return Refused(
                "WHATSAPP_API_ERROR", _("WhatsApp could not be reached. Nothing was changed.")
            )
    said = _("No clear answer came from WhatsApp. The list is being read again: see there.")
    return Refused("WHATSAPP_API_ERROR", said)


def _refused(error: CloudApiError) -> Refused:
    said = error.user_message or error.details or error.title
    data: dict[str, Any] = {"meta_error": _facts(error)}
    if error.remedy is Remedy.RETRY or error.http_status == 429:
        if error.retry_after_s:
            data["retry_after_s"] = error.retry_after_s
        return Refused("NUMBER_THROTTLED", said, **data)
    if error.remedy is Remedy.PAUSE:
        return Refused("WHATSAPP_API_ERROR", said, **data)
    return Refused(_code(error), said, field=field_of(error), **data)


def _code(error: CloudApiError) -> str:
    if error.subcode in TAKEN:
        return "ALREADY_EXISTS"
    return "STATE_CONFLICT" if error.subcode in STATE else "VALIDATION_ERROR"


def field_of(error: CloudApiError) -> str | None:
    """The field that Meta's error is about, as the linter names fields; None where it is open."""
    if known := FIELDS.get(error.subcode or 0):
        return known
    if error.subcode in STATE:
        return None
    said = f"{error.user_title or ''} {error.user_message or error.details}".lower()
    found = (field for word, field in WORDS if re.search(rf"\b{word}s?\b", said))
    return next(found, None)


def _facts(error: CloudApiError) -> dict[str, Any]:
    return {
        "code": error.code,
        "title": error.user_title or error.title,
        "details": error.user_message or error.details,
        "fbtrace_id": error.fbtrace_id,
    }
