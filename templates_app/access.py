"""The only way from an id to a template or a draft; who may sync and who may change."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import Permission, check_may, may
from accounts.models import BusinessAccount, Person
from templates_app.models import MessageTemplate, TemplateDraft


def visible_templates(organization_id: UUID) -> QuerySet[MessageTemplate]:
    """Every template of the organization, removed ones too."""
    return MessageTemplate.objects.filter(organization_id=organization_id)


def template_for(person: Person, template_id: UUID) -> MessageTemplate:
    """The template, if this person may see it; Http404 otherwise."""
    return template_in(person.organization_id, template_id)


def template_named(person: Person, text: str) -> MessageTemplate | None:
    """The template whose id is written there, if this person may see one."""
    try:
        key = UUID(text)
    except ValueError:
        return None
    rows = visible_templates(person.organization_id).select_related("account")
    return rows.filter(pk=key).first()


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


def may_manage(person: Person) -> bool:
    """Whether this person may make, edit and delete templates."""
    return may(person, Permission.MANAGE_TEMPLATES)


def draft_for(person: Person, draft_id: UUID) -> TemplateDraft:
    """A draft of this person's organization; Http404 otherwise."""
    drafts = TemplateDraft.objects.select_related("account", "template__account")
    return get_object_or_404(drafts, pk=draft_id, organization_id=person.organization_id)


def accounts_for(person: Person) -> list[BusinessAccount]:
    """The accounts for which this person can make templates, by name."""
    rows = BusinessAccount.objects.filter(organization_id=person.organization_id)
    return list(rows.order_by("name", "pk"))
