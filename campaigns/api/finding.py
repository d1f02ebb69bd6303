"""From what callers write to the rows they mean: campaigns, templates, recipients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.api.finding import as_uuid, check_service, not_found, sending_number
from accounts.api.requests import Caller, caller_of
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from campaigns.access import campaigns_of_key
from campaigns.actions.editing import Fields
from campaigns.actions.recipients import Row
from campaigns.api.bodies import CampaignEdit, CampaignIn, RecipientIn, TemplateNameIn
from campaigns.models import Campaign
from campaigns.timing import moment
from templates_app.models import MessageTemplate

PLAIN: Final = ("name", "variables", "variables_map", "per_second", "quiet_from", "quiet_until")
LONGEST_NAME: Final = 512
LONGEST_LANGUAGE: Final = 24


def sender_of(request: HttpRequest) -> Caller:
    """The caller who has something sent to many. Refuses: SERVICE_NOT_ALLOWED, NOT_ALLOWED."""
    caller = caller_of(request)
    check_service(caller.key)
    if caller.key.kind == "ai":
        sentence = _("An assistant answers its own conversations; it writes to nobody else.")
        raise Refused("NOT_ALLOWED", sentence)
    return caller


def campaign_of(request: HttpRequest, name: str) -> Campaign:
    """One that the key reaches; a broadcast is one. Refuses: NOT_FOUND."""
    own_id = as_uuid(name)
    rows = campaigns_of_key(caller_of(request).key)
    row = rows.filter(pk=own_id).first() if own_id else None
    if row is None:
        raise not_found()
    return row


def own_campaign_of(request: HttpRequest, name: str) -> Campaign:
    """The same for what a broadcast does not do. Refuses: NOT_FOUND, STATE_CONFLICT."""
    row = campaign_of(request, name)
    if row.hidden:
        sentence = _("This is a broadcast: only its messages can be sent again, one by one.")
        raise Refused("STATE_CONFLICT", sentence, status=str(row.status))
    return row


def fields_of(body: CampaignIn | CampaignEdit, number: PhoneNumber, *, at: datetime) -> Fields:
    """What was given, as the actions take it; number: the one that sends.

    Refuses: TEMPLATE_NOT_FOUND for an id that is none of its account's; VALIDATION_ERROR;
    SCHEDULE_TOO_FAR.
    """
    given = body.model_fields_set
    found: dict[str, Any] = {name: getattr(body, name) for name in PLAIN if name in given}
    if "sender" in given:
        found["phone_number"] = number
    if "segment" in given:
        found["segment"] = body.segment.model_dump() if body.segment else None
    if "scheduled_at" in given:
        found["scheduled_at"] = moment(body.scheduled_at, at=at)
    return cast(Fields, found | _template(body, number))


def _template(body: CampaignIn | CampaignEdit, number: PhoneNumber) -> dict[str, Any]:
    """A template that is named without its language has none until it is launched, or changed."""
    if body.template is None:
        said = "language" in body.model_fields_set
        return {"template_language": body.language or ""} if said else {}
    own_id = as_uuid(body.template) if isinstance(body.template, str) else None
    if own_id is not None:
        row = _row(own_id, number)
        _check_language(body.language, row.language)
        return {"template": row}
    name, language = _named(body.template)
    _check_language(body.language, language)
    return {"template_name": name, "template_language": language or body.language or ""}


def _named(given: str | TemplateNameIn) -> tuple[str, str]:
    if isinstance(given, TemplateNameIn):
        name, language = given.name, given.language or ""
    else:
        name, _colon, language = given.partition(":")
    if not name or len(name) > LONGEST_NAME or len(language) > LONGEST_LANGUAGE:
        raise Refused("VALIDATION_ERROR", _("This names no template."), field="template")
    return name, language


def _row(template_id: UUID, number: PhoneNumber) -> MessageTemplate:
    rows = MessageTemplate.objects.filter(pk=template_id, account=number.account_id)
    row = rows.first()
    if row is None:
        sentence = _("There is no such template at the account of this number.")
        raise Refused("TEMPLATE_NOT_FOUND", sentence, template_status=None, reason=sentence)
    return row


def _check_language(given: str | None, named: str) -> None:
    if given and named and given != named:
        raise Refused(
            "VALIDATION_ERROR",
            _("%(name)s is given twice, with different values.") % {"name": "language"},
            field="language",
            detail="conflict",
        )


def rows_of(recipients: Sequence[RecipientIn]) -> list[Row]:
    """Recipients, as the actions take them."""
    return [
        Row(one.to, one.variables, one.reference, one.contact.name if one.contact else "")
        for one in recipients
    ]


def number_of(caller: Caller, body: CampaignEdit, campaign: Campaign) -> PhoneNumber:
    """The number that a campaign has after a change. Refuses: as `sending_number`."""
    if body.sender is None:
        return campaign.phone_number
    return sending_number(caller.key, body.sender)
