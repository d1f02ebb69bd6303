"""The composer's template picker: choices, one field per variable, and the live preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox import outgoing, presentation, wording
from inbox.models import Conversation
from inbox.shapes import Picker, PickerChoice, PickerField, Preview
from templates_app import queries as templates
from templates_app.compiler import Values
from templates_app.models import MessageTemplate
from templates_app.shapes import PreviewContent, TemplateChoice

LOW = frozenset({"YELLOW", "RED"})


def picker(
    conversation: Conversation,
    wanted: Mapping[str, Any],
    values: Mapping[str, str],
    *,
    at: datetime,
    zone: str,
    refusal: Refused | None = None,
) -> Picker:
    """The picker with what was searched and chosen. Four queries.

    values: by variable name, as typed so far. refusal: why the last try to send was refused; its
    errors stand at the fields.
    """
    number = conversation.phone_number
    search = str(wanted.get("search") or "")
    language = str(wanted.get("language") or "")
    category = str(wanted.get("category") or "")
    choices = templates.template_choices(
        number, search=search, language=language, category=category
    )
    filters = templates.choice_filters(number)
    template = _chosen(conversation, wanted.get("template"))
    chosen = templates.choice_of(template) if template else None
    values = _with_defaults(conversation, chosen, values)
    seen = templates.preview(template, Values(variables=values)) if template and chosen else None
    return Picker(
        conversation_id=conversation.pk,
        choices=tuple(_choice(one) for one in choices),
        languages=filters.languages,
        categories=filters.categories,
        search=search,
        language=language,
        category=category,
        chosen=_choice(chosen) if chosen else None,
        fields=_fields(chosen, values, _errors(seen, refusal)) if chosen else (),
        preview=_preview(seen) if seen else None,
        errors=(refusal.message,) if refusal else (),
        synced=_synced(conversation, at=at, zone=zone),
    )


def _chosen(conversation: Conversation, template_id: UUID | None) -> MessageTemplate | None:
    """The chosen template, if it is one of this number's account and can be sent."""
    if template_id is None:
        return None
    return MessageTemplate.objects.filter(
        account_id=conversation.phone_number.account_id, pk=template_id, sendable=True
    ).first()


def _with_defaults(
    conversation: Conversation, chosen: TemplateChoice | None, values: Mapping[str, str]
) -> dict[str, str]:
    """Known facts of the contact fill what has not been typed yet."""
    if chosen is None:
        return {}
    first_name = presentation.name_of(conversation).split(" ")[0]
    known = {"customer_name": first_name, "first_name": first_name, "name": first_name}
    named = conversation.contact is not None and bool(
        conversation.contact.name or conversation.contact.profile_name
    )
    defaults = {
        one.name: known[one.name]
        for one in chosen.variables
        if named and one.name in known and one.name not in values
    }
    names = {one.name for one in chosen.variables}
    return defaults | {name: value for name, value in values.items() if name in names and value}


def _fields(
    chosen: TemplateChoice, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[PickerField, ...]:
    return tuple(
        PickerField(
            name=f"var:{one.name}",
            label=one.label,
            example=one.example,
            value=values.get(one.name, ""),
            error=errors.get(one.name, ""),
        )
        for one in chosen.variables
    )


def _errors(seen: PreviewContent | None, refusal: Refused | None) -> Mapping[str, str]:
    """Nothing is wrong before somebody has tried to send."""
    return seen.errors if seen is not None and refusal is not None else {}


def _choice(one: TemplateChoice) -> PickerChoice:
    return PickerChoice(
        id=one.id,
        name=one.name,
        language=one.language,
        language_label=one.language_label,
        category=one.category_label,
        body=one.body_preview,
        sendable=one.sendable,
        reason=one.reason,
        quality=_("Low quality") if one.quality in LOW else "",
    )


def _preview(seen: PreviewContent) -> Preview:
    return Preview(seen.header, seen.body, seen.footer, seen.buttons)


def _synced(conversation: Conversation, *, at: datetime, zone: str) -> str:
    synced = conversation.phone_number.account.templates_synced_at
    if synced is None:
        return _("The templates of this number have not been synced yet.")
    return _("Synced %(time)s") % {"time": wording.row_time(synced, zone, now=at)}


def preview(
    conversation: Conversation, template_id: UUID | None, values: Mapping[str, str]
) -> Preview | None:
    """What the customer would see with these values; None without a template."""
    template = _chosen(conversation, template_id)
    if template is None:
        return None
    filled = {name: value for name, value in values.items() if value}
    return _preview(templates.preview(template, Values(variables=filled)))


def outgoing_template(
    conversation: Conversation, template_id: UUID, values: Mapping[str, str]
) -> outgoing.Outgoing:
    """The message to send. Refuses: TEMPLATE_NOT_FOUND, TEMPLATE_PARAMETER_MISMATCH,
    VALIDATION_ERROR.
    """
    template = templates.template_by(conversation.phone_number.account, key=str(template_id))
    filled = {name: value for name, value in values.items() if value}
    compiled = templates.compiled(template, Values(variables=filled))
    return outgoing.template(compiled, category=template.category)
