"""The composer's template picker: choices, one field per variable, and the live preview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox import outgoing, persons, presentation, wording
from inbox.kind_shapes import Letter
from inbox.letters import letter_of
from inbox.models import Conversation
from inbox.picker_fields import for_compiler, groups_of
from inbox.picker_shapes import Picker, PickerChoice
from inbox.template_files import with_files
from templates_app import queries as templates
from templates_app.compiler import Values
from templates_app.models import MessageTemplate
from templates_app.shapes import PreviewContent, TemplateChoice

MARKETING = "MARKETING"


def picker(
    conversation: Conversation,
    wanted: Mapping[str, Any],
    values: Mapping[str, str],
    *,
    at: datetime,
    zone: str,
    refusal: Refused | None = None,
) -> Picker:
    """The picker with what was searched and chosen. Four queries; five for a marketing template.

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
    seen = _seen(template, chosen, values, zone=zone)
    return Picker(
        conversation_id=conversation.pk,
        choices=tuple(_choice(one) for one in choices),
        languages=filters.languages,
        categories=filters.categories,
        search=search,
        language=language,
        category=category,
        chosen=_choice(chosen) if chosen else None,
        groups=groups_of(chosen.variables, values, _errors(seen, refusal)) if chosen else (),
        preview=letter_of(seen.content, zone=zone) if seen else None,
        errors=_sentences(seen, refusal),
        synced=_synced(conversation, at=at, zone=zone),
        account_id=number.account_id,
        warning=_warning(conversation, chosen) if chosen else "",
    )


def _chosen(conversation: Conversation, template_id: UUID | None) -> MessageTemplate | None:
    """The chosen template, if it is one of this number's account and can be sent."""
    if template_id is None:
        return None
    return MessageTemplate.objects.filter(
        account_id=conversation.phone_number.account_id, pk=template_id, sendable=True
    ).first()


def _seen(
    template: MessageTemplate | None,
    chosen: TemplateChoice | None,
    values: Mapping[str, str],
    *,
    zone: str,
) -> PreviewContent | None:
    if template is None or chosen is None:
        return None
    filled = for_compiler(chosen.variables, values, zone=zone)
    return templates.preview(template, Values(variables=filled))


def _with_defaults(
    conversation: Conversation, chosen: TemplateChoice | None, values: Mapping[str, str]
) -> dict[str, str]:
    """Known facts of the contact fill what has not been typed yet."""
    if chosen is None:
        return {}
    known = _known(conversation)
    names = {one.name for one in chosen.variables}
    defaults = {name: known[name] for name in names & known.keys() if name not in values}
    return defaults | {name: value for name, value in values.items() if name in names and value}


def _known(conversation: Conversation) -> dict[str, str]:
    """What variables of these names mean everywhere; nothing is guessed from other names."""
    contact = conversation.contact
    if contact is None:
        return {}
    first_name = presentation.name_of(conversation).split(" ")[0]
    named = contact.name or contact.profile_name
    names = dict.fromkeys(("customer_name", "first_name", "name"), first_name) if named else {}
    return names | ({"phone": contact.phone} if contact.phone else {})


def _errors(seen: PreviewContent | None, refusal: Refused | None) -> Mapping[str, str]:
    """Nothing is wrong before somebody has tried to send."""
    return seen.errors if seen is not None and refusal is not None else {}


def _sentences(seen: PreviewContent | None, refusal: Refused | None) -> tuple[str, ...]:
    """What stands above the form: where a field says what is wrong, only that one does."""
    if refusal is None:
        return ()
    if seen is not None and seen.missing:
        return (_("Some values are missing."),)
    return (refusal.message,)


def _choice(one: TemplateChoice) -> PickerChoice:
    rated = one.quality not in ("", "UNKNOWN")
    return PickerChoice(
        id=one.id,
        name=one.name,
        language=one.language,
        language_label=one.language_label,
        category=one.category_label,
        body=one.body_preview,
        sendable=one.sendable,
        reason=one.reason,
        quality=_("Quality: %(rating)s") % {"rating": one.quality_label} if rated else "",
        quality_tone=one.quality_tone,
        status=one.status_label if one.status != "APPROVED" else "",
        status_tone=one.status_tone,
    )


def _warning(conversation: Conversation, chosen: TemplateChoice) -> str:
    """What the sender should know of this contact and this kind of template."""
    contact = conversation.contact
    if chosen.category != MARKETING or contact is None or not persons.has_opted_out(contact):
        return ""
    return _("This contact has stopped marketing messages: it would not be sent.")


def _synced(conversation: Conversation, *, at: datetime, zone: str) -> str:
    synced = conversation.phone_number.account.templates_synced_at
    if synced is None:
        return _("The templates of this number have not been synced yet.")
    return _("Synced: %(time)s") % {"time": wording.row_time(synced, zone, now=at)}


def preview(
    conversation: Conversation, template_id: UUID | None, values: Mapping[str, str], *, zone: str
) -> Letter | None:
    """What the customer would see with these values; None without a template."""
    template = _chosen(conversation, template_id)
    chosen = templates.choice_of(template) if template else None
    seen = _seen(template, chosen, values, zone=zone)
    return letter_of(seen.content, zone=zone) if seen else None


def outgoing_template(
    conversation: Conversation, template_id: UUID, values: Mapping[str, str], *, zone: str
) -> outgoing.Outgoing:
    """The message to send. Refuses: TEMPLATE_NOT_FOUND, TEMPLATE_PARAMETER_MISMATCH,
    VALIDATION_ERROR, MEDIA_NOT_FOUND, MEDIA_TYPE_UNSUPPORTED.
    """
    template = templates.template_by(conversation.phone_number.account, key=str(template_id))
    filled = for_compiler(templates.variables_of(template), values, zone=zone)
    compiled = templates.compiled(template, Values(variables=filled))
    compiled = with_files(
        compiled,
        organization_id=conversation.organization_id,
        conversation_id=conversation.pk,
    )
    return outgoing.template(compiled, category=template.category)
