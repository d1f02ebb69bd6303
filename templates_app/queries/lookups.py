"""From the names that callers use to the one template they mean."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import BusinessAccount
from accounts.refusals import Refused
from templates_app import wording
from templates_app.models import MessageTemplate


def template_by(
    account: BusinessAccount, *, name: str = "", language: str = "", key: str = ""
) -> MessageTemplate:
    """The sendable template of that name and language, exact in case; at most two queries.

    key: our UUID, a name, or "name:language". A name alone will do where it has one language.
    Refuses: TEMPLATE_NOT_FOUND (data: template_status, reason); VALIDATION_ERROR for a name with
    several languages.
    """
    rows = MessageTemplate.objects.filter(account=account)
    if key and not name:
        found = _by_id(rows, key)
        if found:
            return sendable(found)
        name, _colon, language = key.partition(":")
    rows = rows.filter(name=name)
    return sendable(_the_one(list(rows.filter(language=language) if language else rows)))


def _by_id(rows: QuerySet[MessageTemplate], key: str) -> MessageTemplate | None:
    try:
        return rows.filter(pk=UUID(key)).first()
    except ValueError:
        return None


def _the_one(rows: list[MessageTemplate]) -> MessageTemplate | None:
    here = [row for row in rows if row.removed_at is None]
    if len(here) > 1:
        raise Refused(
            "VALIDATION_ERROR",
            _("This template has several languages. Say which one."),
            field="template.language",
            detail="required",
            languages=sorted(row.language for row in here),
        )
    return next(iter(here or rows), None)


def sendable(row: MessageTemplate | None) -> MessageTemplate:
    """The row itself. Refuses: TEMPLATE_NOT_FOUND (data: template_status, reason)."""
    if row is None:
        raise Refused(
            "TEMPLATE_NOT_FOUND",
            _("There is no such template in this language."),
            template_status=None,
            reason=_("There is no such template in this language."),
        )
    if not row.sendable:
        sentence = wording.not_sendable_sentence(row)
        raise Refused("TEMPLATE_NOT_FOUND", sentence, template_status=row.status, reason=sentence)
    return row
