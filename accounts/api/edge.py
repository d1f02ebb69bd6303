"""The outermost layer of the API: one spelling of its paths, JSON for every failure, headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.api.answers import refused
from accounts.api.requests import PREFIX, is_api
from accounts.refusals import Refused

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Failures that happen before an endpoint is found.
CODES: Final[Mapping[int, str]] = {
    400: "BAD_REQUEST",
    403: "BAD_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    503: "UNAVAILABLE",
}
_WORD: Final = re.compile(r"[a-z_]+")


def straighten(request: HttpRequest) -> None:
    """A trailing slash goes; `phone_numbers` is `phone-numbers`. Ids are left alone."""
    if not is_api(request.path_info):
        return
    rest = request.path_info.removeprefix(PREFIX).rstrip("/")
    segments = [one.replace("_", "-") if _WORD.fullmatch(one) else one for one in rest.split("/")]
    request.path_info = request.path = PREFIX + "/".join(segments)


def finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Every answer under the prefix: JSON when it failed, and the headers of the contract."""
    if not is_api(request.path_info):
        return response
    if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
        response = _as_json(request, response)
    for name, value in HEADERS.items():
        response[name] = value
    _add_allowance(request, response)
    return response


def _as_json(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    code = CODES.get(response.status_code, "INTERNAL")
    sentences = {
        "NOT_FOUND": _("There is nothing at this address."),
        "METHOD_NOT_ALLOWED": _("This address does not take this method."),
        "BODY_TOO_LARGE": _("The body is too large."),
        "INTERNAL": _("Something went wrong on our side."),
    }
    answer = refused(request, Refused(code, sentences.get(code, _("The request is not valid."))))
    if "Allow" in response:
        answer["Allow"] = response["Allow"]
    return answer


def _add_allowance(request: HttpRequest, response: HttpResponse) -> None:
    allowance = getattr(request, "allowance", None)
    if allowance is None:
        return
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = str(max(allowance.remaining, 0))
    response["RateLimit-Reset"] = str(allowance.reset_s)
    response["RateLimit-Policy"] = allowance.policy
