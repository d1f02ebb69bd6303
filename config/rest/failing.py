"""Whatever goes wrong in an endpoint, as the contract's error object."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from accounts.api.answers import refused
from accounts.api.bodies import MOST_BYTES
from accounts.api.requests import request_id_of
from accounts.refusals import Refused

log = logging.getLogger("baton.api")

STRING: Final = "str"
# pydantic's word for a fault: ours.
CODES: Final = {
    "missing": "required",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "extra_forbidden": "unknown_field",
}


def answer_to(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer; what nobody foresaw is logged with the request's id and answers 500."""
    match error:
        case Refused():
            return refused(request, error)
        case ValidationError(errors=faults):
            return _invalid(request, faults)
        case HttpError(__cause__=Refused() as cause):
            return refused(request, cause)
        case HttpError(__cause__=RequestDataTooBig()) | RequestDataTooBig():
            large = _("The body may have at most 1 MiB.")
            return refused(request, Refused("BODY_TOO_LARGE", large, limit_bytes=MOST_BYTES))
        case HttpError() | SuspiciousOperation():
            return refused(request, Refused("BAD_REQUEST", _("The request is not valid.")))
        case Http404():
            return refused(request, Refused("NOT_FOUND", _("There is no such thing.")))
        case OperationalError() | InterfaceError():
            log.error("request %s: database: %s", request_id_of(request), error)
            return refused(request, Refused("UNAVAILABLE", _("Try again in a moment.")))
    log.error("request %s failed", request_id_of(request), exc_info=error)
    return refused(request, Refused("INTERNAL", _("Something went wrong on our side.")))


def _invalid(request: HttpRequest, faults: Sequence[dict[str, Any]]) -> HttpResponse:
    sources = {fault["loc"][0] for fault in faults}
    if "path" in sources:  # an id that cannot be one is an id that does not exist
        return refused(request, Refused("NOT_FOUND", _("There is no such thing.")))
    code = "BAD_REQUEST" if "query" in sources else "VALIDATION_ERROR"
    fields = [
        {
            "field": _name(fault["loc"]),
            "code": CODES.get(fault["type"], "invalid"),
            "description": str(fault["msg"]).removeprefix("Value error, "),
        }
        for fault in _nearest_branch(faults)
    ]
    sentence = f"{fields[0]['field']}: {fields[0]['description']}"
    return refused(request, Refused(code, sentence), fields=fields)


def _nearest_branch(faults: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Of `text: str | TextIn` an object is judged as an object, everything else as a string."""
    inside = [fault for fault in faults if any(_is_model(one) for one in fault["loc"])]
    if not inside or any(fault["type"] == "model_type" for fault in inside):
        return [fault for fault in faults if fault not in inside] or faults
    return [fault for fault in faults if fault["loc"][-1] != STRING] or faults


def _is_model(part: Any) -> bool:
    # pydantic names the branches of a union by type: "str", "TextIn", "function-after[…, TextIn]".
    return isinstance(part, str) and (part[:1].isupper() or part.startswith("function-"))


def _name(place: Sequence[Any]) -> str:
    """ "text.body" of ("body", "body", "text", "TextIn", "body"): the types of unions left out.

    A member of a list is "buttons[0].index".
    """
    source, *rest = place
    if source == "body":
        rest = rest[1:]
    names = (one for one in rest if not _is_model(one) and one != STRING)
    path = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in names)
    return path.removeprefix(".") or str(source)
