"""Campaigns are made, changed until they start, and thrown away as drafts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from campaigns import segments
from campaigns.actions.holding import check_state, held
from campaigns.models import Campaign
from campaigns.personal import FIELDS
from campaigns.status import EDITABLE, State
from inbox.schedule import FURTHEST
from templates_app.models import MessageTemplate

LONGEST_NAME: Final = 120
FASTEST: Final = 80


class Fields(TypedDict, total=False):
    """What somebody says of a campaign; what is not in it stays as it is.

    template: the row, instead of its name and language. segment: {tags, match}. per_second: 1 to
    80, None for as fast as the number may. quiet_from, quiet_until: both or neither.
    """

    name: str
    phone_number: PhoneNumber
    template: MessageTemplate | None
    template_name: str
    template_language: str
    variables: Mapping[str, Any]
    variables_map: Mapping[str, str]
    segment: Mapping[str, Any] | None
    scheduled_at: datetime | None
    per_second: int | None
    quiet_from: time | None
    quiet_until: time | None
    hidden: bool


@transactional
def create(organization_id: UUID, fields: Fields, *, by: Actor, at: datetime) -> Campaign:
    """A draft. fields: `name` and `phone_number` at least, a number of the organization.

    Refuses: VALIDATION_ERROR (field); SCHEDULE_TOO_FAR.
    """
    campaign = Campaign(organization_id=organization_id, created_by_id=by.person_id, created_at=at)
    if "phone_number" not in fields:
        raise _wrong("from", _("Say which number it is sent from."), detail="required")
    _put(campaign, {"name": "", **fields}, at=at)
    campaign.save(force_insert=True)
    announce("campaign.created", organization_id, by=by, at=at, ids=[campaign.pk])
    return campaign


@transactional
def change(campaign_id: UUID, fields: Fields, *, by: Actor, at: datetime) -> Campaign:
    """Changes a draft, or what is scheduled. Refuses: STATE_CONFLICT; what `create` refuses."""
    campaign = held(campaign_id)
    check_state(campaign, EDITABLE, _("It has been launched: it cannot be changed any more."))
    _put(campaign, fields, at=at)
    if campaign.state == State.SCHEDULED and campaign.scheduled_at is None:
        raise _wrong("scheduled_at", _("A scheduled campaign needs its time."), detail="required")
    campaign.save()
    _tell(campaign, "campaign.changed", by=by, at=at, fields=sorted(fields))
    return campaign


@transactional
def delete_draft(campaign_id: UUID, *, by: Actor, at: datetime) -> None:
    """A draft and its recipients are gone. Refuses: STATE_CONFLICT for anything else."""
    campaign = held(campaign_id)
    check_state(campaign, {State.DRAFT}, _("Only drafts can be deleted."))
    _tell(campaign, "campaign.deleted", by=by, at=at)
    campaign.delete()


def _tell(campaign: Campaign, kind: str, *, by: Actor, at: datetime, **data: Any) -> None:
    announce(kind, campaign.organization_id, by=by, at=at, ids=[campaign.pk], **data)


def _put(campaign: Campaign, fields: Fields, *, at: datetime) -> None:
    """Writes the fields on the row, each checked, and what they mean together."""
    for name, value in _checked(fields, at=at).items():
        setattr(campaign, name, value)
    if campaign.phone_number.organization_id != campaign.organization_id:
        raise ValueError("a number of another organization")
    if (campaign.quiet_from is None) != (campaign.quiet_until is None):
        raise _wrong("quiet_until", _("Quiet hours have two ends."), detail="required")
    if {"phone_number", "template", "template_name", "template_language"} & fields.keys():
        campaign.template = _template_of(campaign)


def _checked(fields: Fields, *, at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    if "template" in fields:
        row = values.pop("template")
        values["template_name"] = row.name if row else ""
        values["template_language"] = row.language if row else ""
    if "name" in fields:
        values["name"] = _name(fields["name"])
    if fields.get("segment") is not None:
        values["segment"] = segments.checked(fields["segment"])
    if fields.get("per_second") is not None:
        _check_pace(fields["per_second"])
    if fields.get("scheduled_at") is not None:
        _check_time(fields["scheduled_at"], at=at)
    _check_mapped(fields.get("variables_map", {}))
    return values


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise _wrong("name", _("Give it a name."), detail="required")
    if len(name) > LONGEST_NAME:
        raise _wrong("name", _("At most 120 characters."), detail="too_long")
    return name


def _check_pace(per_second: int | None) -> None:
    if per_second is not None and not 1 <= per_second <= FASTEST:
        raise _wrong("per_second", _("Between 1 and 80 messages a second."), detail="out_of_range")


def _check_time(scheduled_at: datetime | None, *, at: datetime) -> None:
    if scheduled_at is not None and scheduled_at > at + FURTHEST:
        raise Refused("SCHEDULE_TOO_FAR", _("At most 60 days ahead."), field="scheduled_at")


def _check_mapped(mapped: Mapping[str, str]) -> None:
    for variable, field in mapped.items():
        if field not in FIELDS:
            raise _wrong(
                f"variables_map.{variable}",
                _("Not a field of a contact. There are: %(names)s.") % {"names": ", ".join(FIELDS)},
            )


def _template_of(campaign: Campaign) -> MessageTemplate | None:
    """The row of this name and language at the account of its number, whatever its status."""
    rows = MessageTemplate.objects.filter(
        account=campaign.phone_number.account_id, name=campaign.template_name, removed_at=None
    )
    if campaign.template_language:
        rows = rows.filter(language=campaign.template_language)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _wrong(field: str, sentence: str, *, detail: str = "invalid") -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field=field, detail=detail)
