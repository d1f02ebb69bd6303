"""The template of a campaign with one recipient's values: by the one compiler, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from accounts.refusals import Refused
from campaigns.models import Campaign, CampaignRecipient
from campaigns.personal import NOBODY, Known, values_for
from inbox import outgoing
from inbox.models import Contact, Identity
from inbox.outgoing import Outgoing
from inbox.template_files import with_files
from templates_app.compiler import Values, variables_of
from templates_app.models import MessageTemplate
from templates_app.queries import compiled, template_by


def template_of(campaign: Campaign) -> MessageTemplate:
    """The template that it sends, at the account of its number. At most two queries.

    Refuses: TEMPLATE_NOT_FOUND (data: template_status, reason); VALIDATION_ERROR for a name with
    several languages.
    """
    return template_by(
        campaign.phone_number.account,
        name=campaign.template_name,
        language=campaign.template_language,
    )


def letter(
    campaign: Campaign,
    template: MessageTemplate,
    own: Mapping[str, Any],
    *,
    known: Known,
) -> Outgoing:
    """What one recipient gets. No query, one where the template has files.

    Refuses: TEMPLATE_PARAMETER_MISMATCH (data: missing, unexpected); VALIDATION_ERROR;
    MEDIA_NOT_FOUND, MEDIA_TYPE_UNSUPPORTED.
    """
    values = values_for(campaign.variables, campaign.variables_map, own, known=known)
    made = compiled(template, Values(variables=values))
    made = with_files(made, organization_id=campaign.organization_id)
    return outgoing.template(made, category=template.category)


def known_of(contact: Contact | None) -> Known:
    """What is known of a contact."""
    if contact is None:
        return NOBODY
    name = contact.name or contact.profile_name
    return Known(name, contact.phone or "", contact.username, contact.language)


def known_before(recipient: CampaignRecipient, contact: Contact | None) -> Known:
    """What will be known of a recipient when their turn has come, also of one who is new.

    Whoever has no name of ours gets the one that came with the number.
    """
    known = known_of(contact)
    is_named = contact is not None and contact.name
    phone = recipient.to if recipient.to.startswith("+") else ""
    name = known.name if is_named else recipient.name or known.name
    return replace(known, name=name, phone=known.phone or phone)


def contacts_behind(organization_id: UUID, keys: Iterable[str]) -> dict[str, Contact]:
    """Who is known by these keys of recipients (`CampaignRecipient.key`). One query."""
    rows = Identity.objects.filter(organization=organization_id, canonical__in=list(keys))
    return {one.canonical: one.contact for one in rows.select_related("contact")}


def faulty(
    campaign: Campaign,
    template: MessageTemplate,
    recipients: Iterable[CampaignRecipient],
    contacts: Mapping[str, Contact],
    *,
    only_names: bool = False,
) -> Iterator[tuple[CampaignRecipient, Refused]]:
    """Those for whom the template cannot be compiled, with why.

    only_names: whoever has each value that it needs is not looked at further; a hundred times as
    fast, and what is wrong with a value then comes out at their turn.
    """
    variables = variables_of(template)
    needed = frozenset(one.name for one in variables if one.required)
    taken = frozenset(one.name for one in variables)
    for one in recipients:
        known = known_before(one, contacts.get(one.key))
        own = values_for(campaign.variables, campaign.variables_map, one.variables, known=known)
        if only_names and needed <= own.keys() <= taken:
            continue
        try:
            letter(campaign, template, one.variables, known=known)
        except Refused as refusal:
            yield one, refusal
