"""What every page does the same way: who asks, what is refused, whole page or part of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails
from typing_extensions import override

from accounts.models import Person
from accounts.refusals import Refused


class AgentRequest(HttpRequest):
    """A request of somebody who has logged in."""

    htmx: HtmxDetails


def person_of(request: HttpRequest) -> Person:
    """The person who asks; the view is behind `login_required`."""
    return cast(Person, request.user)


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page (a history restore gets the whole page)."""
    htmx = cast(AgentRequest, request).htmx
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def show(
    request: HttpRequest,
    *,
    part: str,
    page: str | None = None,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Answers the partial to htmx and the whole page to everyone else, from one context."""
    template = part if page is None or wants_part(request) else page
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class RefusalsIn(AbstractContextManager[None, bool]):
    """An action's no stands at its field afterwards, or above the form where it has none."""

    def __init__(self, form: forms.Form) -> None:
        self._form = form

    @override
    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        field = error.field if error.field in self._form.fields else None
        self._form.add_error(field, error.message)
        return True


class Told(AbstractContextManager["Told", bool]):
    """What an action did, or why it refused, stands at the top of the next page.

    `with Told(request, sentence) as told:` where the sentence is known before; else set
    `told.sentence` inside.
    """

    def __init__(self, request: HttpRequest, sentence: str = "") -> None:
        self._request = request
        self.sentence = sentence

    @override
    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, Refused):
            messages.error(self._request, error.message)
            return True
        if error is None:
            messages.success(self._request, self.sentence)
        return False


def saved(request: HttpRequest, to: str, *args: Any) -> HttpResponse:
    """Back to the page of this name, which says that it is saved."""
    messages.success(request, _("Saved."))
    return redirect(to, *args)
