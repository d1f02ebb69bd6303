"""What happens around every request: its id, the reader's language, refusals shown, no caching."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.api import edge
from accounts.api.requests import address_of
from accounts.ids import new_id
from accounts.models import Person
from accounts.origin import Origin, coming_from, family
from accounts.pages import wants_part
from accounts.refusals import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]
API = "/api/"
ENTRANCE = ("/accounts/", "/join/")
LOGOUT = "/accounts/logout/"


class RequestId:
    """`X-Request-Id` on every answer; people quote it when something went wrong.

    The outermost layer, so it also gives the API's answers their headers and their JSON.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = str(new_id())  # type: ignore[attr-defined]
        edge.straighten(request)
        response = edge.finish(request, self.get_response(request))
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class Whence:
    """What is done in this request is recorded as coming from its caller."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        agent = family(request.headers.get("User-Agent", ""))
        with coming_from(Origin(address_of(request), agent)):
            return self.get_response(request)


class Agents:
    """The person who asks, as `request.agent`, with their language and time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        request.agent = person  # type: ignore[attr-defined]
        with translation.override(person.language), timezone.override(ZoneInfo(person.zone)):
            response = self.get_response(request)
        # LocaleMiddleware would name the browser's language: the override has ended by then.
        response.setdefault("Content-Language", person.language)
        return response


class ShowRefusals:
    """A refusal as an inline notice to htmx, as a page to a browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only for refusals; everything else goes on."""
        if not isinstance(error, Refused) or request.path.startswith(API):
            return None
        template = "_refusal.html" if wants_part(request) else "refusal.html"
        return render(request, template, {"refusal": error}, status=error.status)


class PrivatePages:
    """Pages of people are not kept by the browser; htmx learns of a lost session by 401."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _sent_to_login(response) and wants_part(request):
            response = HttpResponse(status=401, headers={"HX-Trigger": "session-ended"})
        if not request.path.startswith(("/static/", API)):
            response.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["HX-Request"])
        return response


def _sent_to_login(response: HttpResponse) -> bool:
    return response.status_code == 302 and "/accounts/login/" in response.get("Location", "")


class Entrance:
    """Pages of the entrance may post to the configured issuers; a logout empties the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(ENTRANCE):
            origins = [origin for one in settings.SIGN_ONS for origin in one.origins]
            if origins:
                response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]
        if request.method == "POST" and request.path == LOGOUT and response.status_code == 302:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
