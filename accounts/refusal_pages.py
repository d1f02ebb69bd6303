"""The page for who tried too often."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def too_many_answer(request: HttpRequest, wait_s: int) -> HttpResponse:
    """429 with `Retry-After`, and the same in words."""
    minutes = -(-wait_s // 60)
    again = (
        _("Try again in a minute.")
        if minutes <= 1
        else ngettext(
            "Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes
        )
        % {"minutes": minutes}
    )
    response = render(request, "429.html", {"again": again}, status=429)
    response["Retry-After"] = str(wait_s)
    return response
