"""Where templates were sent, for the pages of `templates_app` (`TEMPLATE_USES`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.models import Person
from inbox import access
from inbox.models import Message
from inbox.presentation.naming import name_of
from inbox.times import exact_time
from templates_app.desk_shapes import TemplateUse
from templates_app.models import MessageTemplate

SHOWN: Final = 5


def last_used(template_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When each of these was sent last; who never was is absent. One query, a seek for each."""
    newest = _sends(OuterRef("name"), OuterRef("language"), OuterRef("account_id"))
    rows = MessageTemplate.objects.filter(pk__in=template_ids)
    found = rows.annotate(used=Subquery(newest.values("at")[:1])).values_list("pk", "used")
    return {template_id: used for template_id, used in found if used is not None}


def uses_of(template: MessageTemplate, *, person: Person) -> tuple[TemplateUse, ...]:
    """The newest five sends in conversations that this person may see. One query."""
    visible = access.visible_conversations(person)
    sends = _sends(template.name, template.language, template.account_id)
    rows = sends.filter(conversation__in=visible).select_related(
        "conversation__contact__merged_into"
    )
    return tuple(_use(row, zone=person.zone) for row in rows[:SHOWN])


def _sends(name: Any, language: Any, account_id: Any) -> QuerySet[Message]:
    # Both first columns of the index, and its order.
    rows = Message.objects.filter(template_name=name, template_language=language)
    return rows.filter(phone_number__account_id=account_id, direction="outbound").order_by("-at")


def _use(message: Message, *, zone: str) -> TemplateUse:
    address = reverse("inbox:thread", args=[message.conversation_id])
    return TemplateUse(
        href=f"{address}?message={message.pk}",
        who=name_of(message.conversation),
        when=exact_time(message.at, zone),
    )
