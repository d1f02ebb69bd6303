"""A campaign starts: checked as a whole, at once or at its time."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import NumberStatus
from accounts.refusals import Refused
from campaigns import segments
from campaigns.actions.holding import check_state, held
from campaigns.actions.recipients import insert
from campaigns.compiling import contacts_behind, faulty, template_of
from campaigns.models import Campaign, CampaignRecipient
from campaigns.status import State
from inbox.actions.batches import open_batch
from templates_app.compiler import variables_of
from templates_app.models import MessageTemplate
from webhooks.worker import wake
from whatsapp.phone import canonical

TOLD: Final = 20
"""How many faulty recipients a refusal names."""
CHUNK: Final = 500
COMPILED: Final = 1_000
"""So many are compiled as a trial, all others only looked at for missing values."""


@transactional
def launch(campaign_id: UUID, *, by: Actor, at: datetime) -> Campaign:
    """Starts a draft, or puts it on the clock where its time is still to come.

    A segment is resolved when it starts. Refuses: STATE_CONFLICT; NUMBER_NOT_ACTIVE;
    TEMPLATE_NOT_FOUND; VALIDATION_ERROR (recipients) where there is nobody, or (template) for one
    with several languages; TEMPLATE_PARAMETER_MISMATCH (data: `recipients`, the first 20 with `to`,
    `code`, `message` and `missing`; or `unexpected`, what the map names and the template has not).
    """
    campaign = held(campaign_id)
    check_state(campaign, {State.DRAFT}, _("It has been launched already."))
    if campaign.scheduled_at is None or campaign.scheduled_at <= at:
        start(campaign, by=by, at=at)
        return campaign
    _check(campaign, starts=False)
    campaign.state = State.SCHEDULED
    campaign.save(update_fields=["state", "template", "template_language"])
    _tell(campaign, "campaign.scheduled", by=by, at=at)
    return campaign


def start(campaign: Campaign, *, by: Actor, at: datetime) -> None:
    """Starts a campaign that is locked, as `launch` does. Refuses: as that, but for the state."""
    if campaign.segment is not None:
        _take_segment(campaign)
    _check(campaign, starts=True)
    campaign.state = State.LAUNCHED
    campaign.launched_at = at
    campaign.not_before = campaign.paid_until = None
    campaign.attempts = 0
    campaign.pause_code = campaign.pause_reason = ""
    campaign.save()
    open_batch(
        campaign.pk,
        organization_id=campaign.organization_id,
        phone_number_id=campaign.phone_number_id,
    )
    _tell(campaign, "campaign.started", by=by, at=at)
    transaction.on_commit(lambda: wake("campaigns"), robust=True)


def sendable(campaign: Campaign) -> MessageTemplate:
    """The template of a campaign whose number can send.

    Refuses: NUMBER_NOT_ACTIVE; TEMPLATE_NOT_FOUND; VALIDATION_ERROR (template.language).
    """
    number = campaign.phone_number
    if number.status != NumberStatus.ACTIVE:
        raise Refused(
            "NUMBER_NOT_ACTIVE",
            number.status_message or _("This number cannot send. An admin has to look at it."),
            status=number.status,
            reason=number.status_reason,
        )
    return template_of(campaign)


def _check(campaign: Campaign, *, starts: bool) -> None:
    template = sendable(campaign)
    campaign.template, campaign.template_language = template, template.language
    rows = CampaignRecipient.objects.filter(campaign=campaign)
    if (starts or campaign.segment is None) and not rows.exists():
        no_labels = _("Nobody has these labels.")
        raise _nobody(_("Add recipients first.") if campaign.segment is None else no_labels)
    _check_mapped(campaign, template)
    found = _faulty_recipients(campaign, template)
    if found:
        raise Refused(
            "TEMPLATE_PARAMETER_MISMATCH",
            _("Values are missing or wrong for some recipients."),
            field="recipients",
            recipients=found,
        )


def _check_mapped(campaign: Campaign, template: MessageTemplate) -> None:
    """What is filled from contacts has a place in the template, also for those not known yet."""
    extra = sorted(campaign.variables_map.keys() - {one.name for one in variables_of(template)})
    if extra:
        raise Refused(
            "TEMPLATE_PARAMETER_MISMATCH",
            _("The template has no variable “%(name)s”.") % {"name": extra[0]},
            field=f"variables_map.{extra[0]}",
            unexpected=extra,
        )


def _nobody(sentence: str) -> Refused:
    return Refused("VALIDATION_ERROR", sentence, field="recipients", detail="required")


def _faulty_recipients(campaign: Campaign, template: MessageTemplate) -> list[dict[str, Any]]:
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk").iterator(CHUNK)
    found: list[dict[str, Any]] = []
    seen = 0
    while len(found) < TOLD and (some := list(islice(rows, CHUNK))):
        seen += len(some)
        keys = [one.key for one in some] if campaign.variables_map else []
        contacts = contacts_behind(campaign.organization_id, keys)
        found += [
            {
                "to": one.to,
                "code": refusal.code,
                "message": refusal.message,
                "missing": refusal.data.get("missing", []),
            }
            for one, refusal in faulty(
                campaign, template, some, contacts, only_names=seen > COMPILED
            )
        ]
    return found[:TOLD]


def _take_segment(campaign: Campaign) -> None:
    found = segments.addresses_in(campaign.organization_id, campaign.segment or {})
    rows = [
        CampaignRecipient(campaign=campaign, to=address, key=_key(address), contact_id=contact)
        for contact, address in found.items()
    ]
    insert(campaign, rows)


def _key(address: str) -> str:
    return canonical(address) if address.startswith("+") else address


def _tell(campaign: Campaign, kind: str, *, by: Actor, at: datetime) -> None:
    announce(kind, campaign.organization_id, by=by, at=at, ids=[campaign.pk])
