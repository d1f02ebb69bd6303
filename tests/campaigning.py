"""What tests of campaigns share: an approved template, a campaign, a drain that takes its turns."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import BusinessAccount
from campaigns.actions.editing import create
from campaigns.actions.launching import launch
from campaigns.actions.recipients import Row, add_recipients
from campaigns.actions.turns import next_turn
from campaigns.models import Campaign, CampaignRecipient
from inbox import drains
from inbox.actions import outbox, settling
from inbox.models import Message, NumberPace, SendBatch
from templates_app.models import MessageTemplate
from tests.cast import Cast, by

# The simulator knows it, too.
BODY = "Hello {{1}}, your order {{2}} is on its way."


def an_offer(
    account: BusinessAccount, name: str = "order_update", **fields: Any
) -> MessageTemplate:
    """A marketing template with two values, as a sync leaves it."""
    text = fields.pop("body", BODY)
    status = fields.pop("status", "APPROVED")
    fields.setdefault("components", [{"type": "BODY", "text": text}])
    fields.setdefault("category", "MARKETING")
    row, _new = MessageTemplate.objects.get_or_create(
        organization=account.organization,
        account=account,
        name=name,
        language=fields.pop("language", "en_US"),
        defaults={
            "body": text,
            "status": status,
            "sendable": status == "APPROVED",
            "not_sendable_reason": "" if status == "APPROVED" else "status",
            **fields,
        },
    )
    return row


def numbers(count: int, first: int = 0) -> list[str]:
    """So many phone numbers of nobody."""
    return [f"+1202555{n:04}" for n in range(first, first + count)]


def a_campaign(cast: Cast, people: int = 3, *, launched: bool = True, **fields: Any) -> Campaign:
    """A campaign to so many new people; `launched`, it waits for its first turn."""
    at, sara = timezone.now(), by(cast.sara)
    given: Any = {
        "name": "Autumn",
        "phone_number": cast.number,
        "template": an_offer(cast.account),
        "variables": {"1": "you", "2": "40-1187"},
        **fields,
    }
    campaign = create(cast.organization.pk, given, by=sara, at=at)
    add_recipients(campaign.pk, [Row(one) for one in numbers(people)], by=sara, at=at)
    return launch(campaign.pk, by=sara, at=at) if launched else campaign


def take_turns(most: int = 50) -> None:
    """Every turn that changes anything, as if half a second went by between them."""
    before: object = None
    for _ in range(most):
        Campaign.objects.update(not_before=None, paid_until=None)
        if not next_turn() or (after := _all_that_changes()) == before:
            return
        before = after


def _all_that_changes() -> object:
    return [
        list(rows.values_list("pk", name))
        for rows, name in (
            (Campaign.objects.order_by("pk"), "state"),
            (Campaign.objects.order_by("pk"), "finished_at"),
            (CampaignRecipient.objects.order_by("pk"), "state"),
            (Message.objects.order_by("pk"), "status"),
            (SendBatch.objects.order_by("pk"), "emptied"),
        )
    ]


def send_all(most: int = 20) -> None:
    """The outbox takes what is due and calls, one after the other, until nothing is due."""
    for _ in range(most):
        NumberPace.objects.update(paid_until=None)
        claimed = outbox.claim(16)
        if not claimed:
            return
        settling.settle([settling.Settlement(one, drains.call(one)) for one in claimed])


def states(campaign: Campaign) -> list[tuple[str, str]]:
    """State and reason of each recipient, in their order."""
    rows = CampaignRecipient.objects.filter(campaign=campaign).order_by("pk")
    return list(rows.values_list("state", "skip_code"))
