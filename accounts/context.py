"""What every page's shell needs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.access import permissions_of
from accounts.doctor_queries import alarms
from accounts.models import Person


def shell(request: HttpRequest) -> dict[str, Any]:
    """Who asks, for which organization, and what their role allows (for menus: it guards nothing).

    alarms: tokens that Meta refuses, asked for only where a template shows them. Nothing for a
    stranger.
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"person": None, "organization": None, "may": None}
    return {
        "person": person,
        "organization": person.organization,
        "may": permissions_of(person),
        "alarms": partial(alarms, person),
    }
