"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Person


def shell(request: HttpRequest) -> dict[str, Any]:
    """The organization of the person who asks, for the page's frame."""
    person = getattr(request, "user", None)
    return {"organization": person.organization if isinstance(person, Person) else None}
