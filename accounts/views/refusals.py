"""Answers of Django's own to what it refuses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.attempts import seconds_to_wait
from accounts.pages import wants_part
from accounts.refusal_pages import too_many_answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's token is old: htmx fetches a fresh one and repeats, a browser gets a page.

    The signature is Django's (`CSRF_FAILURE_VIEW`).
    """
    if wants_part(request):
        return HttpResponse(status=403, headers={"HX-Trigger": "csrf-failed"})
    return render(request, "403.html", status=403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Allauth's limits were hit (`handler429`): the page says when to try again."""
    return too_many_answer(request, seconds_to_wait(request))
