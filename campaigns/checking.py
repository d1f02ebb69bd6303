"""What keeps a campaign from starting, each with the step where it is mended."""

from __future__ import annotations

from itertools import islice
from typing import Final

from django.utils.translation import gettext as _

from accounts.models import NumberStatus
from accounts.refusals import Refused
from campaigns.audience import Reach
from campaigns.compiling import contacts_behind, faulty, template_of
from campaigns.models import Campaign, CampaignRecipient
from campaigns.page_shapes import Problem
from templates_app.models import MessageTemplate

TOLD: Final = 5
"""How many recipients that something is missing for are named."""
CHUNK: Final = 500


def problems(campaign: Campaign, reached: Reach) -> list[Problem]:
    """What keeps it from starting, each with where it is mended. Four queries."""
    found = []
    if campaign.phone_number.status != NumberStatus.ACTIVE:
        sentence = campaign.phone_number.status_message or _(
            "The number cannot send now. An admin has to look at it."
        )
        found.append(Problem(sentence, "campaigns:name", _("Choose another number")))
    if not reached.people:
        sentence = (
            _("Nobody is in it yet.")
            if campaign.segment is None
            else _("Nobody has these labels, and nobody was added by number.")
        )
        found.append(Problem(sentence, "campaigns:audience", _("Add people")))
    if not campaign.template_name:
        button = _("Choose a template")
        return [*found, Problem(_("It has no template yet."), "campaigns:template", button)]
    try:
        template = template_of(campaign)
    except Refused as refusal:
        button = _("Choose another template")
        return [*found, Problem(refusal.message, "campaigns:template", button)]
    return [*found, *_missing(campaign, template)]


def _missing(campaign: Campaign, template: MessageTemplate) -> list[Problem]:
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk").iterator(CHUNK)
    found: list[tuple[str, str]] = []
    while len(found) <= TOLD and (some := list(islice(rows, CHUNK))):
        keys = [one.key for one in some] if campaign.variables_map else []
        contacts = contacts_behind(campaign.organization_id, keys)
        wrong = faulty(campaign, template, some, contacts, only_names=True)
        found += [(one.to, refusal.message) for one, refusal in wrong]
    if not found:
        return []
    names = ", ".join(to for to, _why in found[:TOLD]) + ("…" if len(found) > TOLD else "")
    sentence = _("It cannot be written for %(names)s. %(why)s") % {
        "names": names,
        "why": found[0][1],
    }
    return [Problem(sentence, "campaigns:template", _("Look at the values"))]
