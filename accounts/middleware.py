"""What happens around every request: its id, the reader's language, refusals shown, no caching."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.ids import new_id
from accounts.models import Person
from accounts.pages import wants_part
from accounts.refusals import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]
API = "/api/"


class RequestId:
    """`X-Request-Id` on every answer; people quote it when something went wrong."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = str(new_id())  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class Agents:
    """The language and the time zone of the person who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        with translation.override(person.language), timezone.override(ZoneInfo(person.zone)):
            return self.get_response(request)


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
        if not request.path.startswith(("/static/", API)):
            response.setdefault("Cache-Control", "private, no-store")
            patch_vary_headers(response, ["HX-Request"])
        lost = response.status_code == 302 and "/accounts/login/" in response.get("Location", "")
        if lost and wants_part(request):
            return HttpResponse(status=401, headers={"HX-Trigger": "session-ended"})
        return response
