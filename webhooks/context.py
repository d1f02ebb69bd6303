"""What the menu of the settings says of this app."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.models import Person
from webhooks.queries import waiting_dead_letters


def menu(request: HttpRequest) -> dict[str, Any]:
    """How many dead letters wait; counted only where a template asks."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return {}
    return {"dead_letter_count": partial(waiting_dead_letters, person)}
