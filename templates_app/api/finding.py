"""The templates that a key reaches."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access import accounts_of
from accounts.api.finding import as_uuid, not_found
from accounts.api.requests import caller_of
from accounts.models import ApiKey
from templates_app.access import visible_templates
from templates_app.models import MessageTemplate


def templates_of(key: ApiKey) -> QuerySet[MessageTemplate]:
    """Those of the accounts within the key's bindings."""
    rows = visible_templates(key.organization_id).filter(account__in=accounts_of(key))
    return rows.select_related("account")


def template_of(request: HttpRequest, template_id: str) -> MessageTemplate:
    """The one with that id. Refuses: NOT_FOUND."""
    own_id = as_uuid(template_id)
    row = templates_of(caller_of(request).key).filter(pk=own_id).first() if own_id else None
    if not isinstance(row, MessageTemplate):
        raise not_found()
    return row
