"""What apps above know of templates: by the dotted names of `TEMPLATE_USES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Person
from templates_app.desk_shapes import TemplateUse
from templates_app.models import MessageTemplate


def last_used(templates: Sequence[MessageTemplate]) -> Mapping[UUID, datetime]:
    """When each was sent last; who never was is absent."""
    asked: Callable[[list[UUID]], Mapping[UUID, datetime]] = _named("last_used")
    return asked([one.pk for one in templates]) if templates else {}


def uses_of(template: MessageTemplate, *, person: Person) -> tuple[TemplateUse, ...]:
    """The newest sends that this person may see."""
    asked: Callable[..., tuple[TemplateUse, ...]] = _named("uses_of")
    return asked(template, person=person)


def letter_of(content: Mapping[str, Any], *, zone: str) -> Any:
    """What the preview's partial takes, from the compiler's content."""
    asked: Callable[..., Any] = _named("letter_of")
    return asked(content, zone=zone)


def _named(name: str) -> Any:
    return import_string(settings.TEMPLATE_USES[name])
