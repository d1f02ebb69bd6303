"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Person


def shell(request: HttpRequest) -> dict[str, Any]:
    """Who asks and for which organization, for the page's frame; nothing for a stranger."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {"person": None, "organization": None}
    return {"person": person, "organization": person.organization}
