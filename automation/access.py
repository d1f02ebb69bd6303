"""The only way from an id to a row of this app."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from automation.models import Bot


def bots_of(organization_id: UUID) -> QuerySet[Bot]:
    """The organization's assistants, by name."""
    return Bot.objects.filter(organization_id=organization_id).order_by("name", "pk")
