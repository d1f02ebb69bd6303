"""What the templates of the audit log are called (`AUDIT_NAMES`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from templates_app.models import MessageTemplate


def templates(organization_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Name and language of those templates that are still there. One query."""
    found = MessageTemplate.objects.filter(organization_id=organization_id, pk__in=ids)
    return {one.pk: f"{one.name} ({one.language})" for one in found}
