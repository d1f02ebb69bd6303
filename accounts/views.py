"""Answers that belong to no app's page."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.pages import wants_part


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is old: htmx fetches a fresh one and repeats, a browser gets a page."""
    if wants_part(request):
        return HttpResponse(status=403, headers={"HX-Trigger": "csrf-failed"})
    return render(request, "403.html", status=403)


@require_GET
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers too; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok"})
