"""The only way from an id to a template; who may sync."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import Permission, check_may, may
from accounts.models import Person
from templates_app.models import MessageTemplate


def visible_templates(organization_id: UUID) -> QuerySet[MessageTemplate]:
    """Every template of the organization, removed ones too."""
    return MessageTemplate.objects.filter(organization_id=organization_id)


def template_for(person: Person, template_id: UUID) -> MessageTemplate:
    """The template, if this person may see it; Http404 otherwise."""
    return template_in(person.organization_id, template_id)


def template_in(organization_id: UUID, template_id: UUID) -> MessageTemplate:
    """The same for a key of the organization."""
    templates = visible_templates(organization_id).select_related("account")
    return get_object_or_404(templates, pk=template_id)


def may_sync(person: Person) -> bool:
    """Whether this person may ask Meta for the list."""
    return may(person, Permission.SYNC_TEMPLATES)


def check_may_sync(person: Person) -> None:
    """Refuses: NOT_ALLOWED."""
    check_may(person, Permission.SYNC_TEMPLATES)
