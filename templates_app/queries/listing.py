"""The templates that a program asks for, and those proposed when a window has closed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import PhoneNumber
from templates_app import access
from templates_app.models import AUTHENTICATION, DELETED, MessageTemplate

SUGGESTED: Final = 3


def filtered_templates(
    organization_id: UUID,
    *,
    account: str = "",
    status: str = "",
    category: str = "",
    language: str = "",
    name: str = "",
    search: str = "",
    sendable: bool | None = None,
) -> QuerySet[MessageTemplate]:
    """The organization's templates with their accounts, unordered, for the caller to page through.

    account: our id or Meta's WABA id. name: exact. search: in name and body. Removed ones come
    only when `status` is DELETED.
    """
    exact = {"status": status, "category": category, "language": language, "name": name}
    wanted = Q(**{key: value for key, value in exact.items() if value})
    if status != DELETED:
        wanted &= Q(removed_at=None)
    if account:
        wanted &= _of_account(account)
    if search:
        wanted &= Q(name__icontains=search) | Q(body__icontains=search)
    if sendable is not None:
        wanted &= Q(sendable=sendable)
    return access.visible_templates(organization_id).filter(wanted).select_related("account")


def _of_account(account: str) -> Q:
    try:
        return Q(account_id=UUID(account)) | Q(account__waba_id=account)
    except ValueError:
        return Q(account__waba_id=account)


def suggested_templates(phone_number: PhoneNumber) -> list[dict[str, str]]:
    """Up to three templates that can reopen a conversation: utility first, by name. One query.

    Each is `{"name", "language"}`, as a refusal with SESSION_EXPIRED tells them.
    """
    rows = MessageTemplate.objects.filter(account_id=phone_number.account_id, sendable=True)
    rows = rows.exclude(category=AUTHENTICATION)
    # "UTILITY" sorts after "MARKETING".
    ordered = rows.order_by("-category", "name", "language").values_list("name", "language")
    return [{"name": name, "language": language} for name, language in ordered[:SUGGESTED]]
