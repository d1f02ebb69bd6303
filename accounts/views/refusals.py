"""Answers of Django's own to what it refuses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.pages import wants_part


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's token is old: htmx fetches a fresh one and repeats, a browser gets a page.

    The signature is Django's (`CSRF_FAILURE_VIEW`).
    """
    if wants_part(request):
        return HttpResponse(status=403, headers={"HX-Trigger": "csrf-failed"})
    return render(request, "403.html", status=403)
