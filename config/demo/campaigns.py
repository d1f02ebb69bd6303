"""Three campaigns of the demo's shop: one that is over, one that waits halfway, a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from accounts.actors import agent
from accounts.models import Person, PhoneNumber
from campaigns.actions.editing import Fields, create
from campaigns.actions.holding import actor_of
from campaigns.actions.launching import launch
from campaigns.actions.queueing import queue_for
from campaigns.actions.recipients import Row, add_recipients
from campaigns.actions.steering import pause
from campaigns.compiling import letter, template_of
from campaigns.models import Campaign, CampaignRecipient
from campaigns.personal import NOBODY
from inbox.actions.conversations import close, conversation_with
from inbox.actions.importing import import_outbound
from inbox.message_status import Status
from templates_app.actions.applying import apply_page

# As Meta lists it: the simulator has the same, and the first sync finds it here already.
TEMPLATE: Final[Mapping[str, Any]] = {
    "id": "",
    "name": "order_update",
    "language": "en_US",
    "category": "UTILITY",
    "status": "APPROVED",
    "components": [
        {
            "type": "BODY",
            "text": "Hello {{1}}, your order {{2}} is on its way.",
            "example": {"body_text": [["Dora", "40-1187"]]},
        },
        {"type": "FOOTER", "text": "Kettle & Co"},
    ],
}
PEOPLE: Final = (
    ("Malik Osei", "+13125550101", "40-0871", Status.READ),
    ("Freya Lund", "+13125550102", "40-0872", Status.READ),
    ("Tomás Rivas", "+13125550103", "40-0874", Status.DELIVERED),
    ("Yuki Tanaka", "+13125550104", "40-0875", Status.READ),
    ("Priya Nair", "+13125550105", "40-0879", Status.DELIVERED),
    ("Emil Novak", "+13125550106", "40-0880", Status.FAILED),
    ("Aisha Bello", "+13125550107", "40-0881", Status.READ),
    ("Jonas Weber", "+13125550108", "40-0883", Status.SENT),
    ("Chloé Martin", "+13125550109", "40-0884", Status.READ),
    ("Liam O'Brien", "+13125550110", "40-0885", Status.DELIVERED),
    ("Sofia Conti", "+13125550111", "40-0886", Status.READ),
    ("Noor Haddad", "+13125550112", "40-0888", Status.READ),
)
FAILURE: Final[Mapping[str, Any]] = {
    "code": 131026,
    "message": "This number does not have WhatsApp, or not a version that can get this.",
    "retry": "later",
}
HALFWAY: Final = 7


def campaigns(number: PhoneNumber, person: Person, *, at: datetime) -> None:
    """Made by `person`, through the actions of the pages; nothing of them is sent again."""
    apply_page(number.account, [TEMPLATE], at=at)
    just_now = at - timedelta(minutes=50)
    _sent(_launched(number, person, "Delivery notices, morning round", just_now), PEOPLE, just_now)
    now = at - timedelta(hours=3)
    waiting = _launched(number, person, "Delivery notices, afternoon round", now, per_second=5)
    _sent(waiting, PEOPLE[:HALFWAY], now)
    pause(waiting.pk, by=agent(person), at=now)
    _draft(number, person, at=at)


def _launched(
    number: PhoneNumber, person: Person, name: str, at: datetime, per_second: int | None = None
) -> Campaign:
    fields: Fields = {
        "name": name,
        "phone_number": number,
        "template_name": TEMPLATE["name"],
        "template_language": TEMPLATE["language"],
        "per_second": per_second,
    }
    by = agent(person)
    made = create(number.organization_id, fields, by=by, at=at)
    rows = [
        Row(phone, {"1": who.split()[0], "2": order}, name=who) for who, phone, order, _s in PEOPLE
    ]
    add_recipients(made.pk, rows, by=by, at=at)
    return launch(made.pk, by=by, at=at)


def _sent(campaign: Campaign, people: Sequence[tuple[str, str, str, Status]], at: datetime) -> None:
    """What of it went out then; its conversations were closed, for nobody wrote back."""
    by = actor_of(campaign)
    template = template_of(campaign)
    for place, (who, phone, order, status) in enumerate(people):
        thread = conversation_with(
            campaign.phone_number, to=phone, country_code=None, at=at, name=who
        )
        import_outbound(
            thread.pk,
            letter(campaign, template, {"1": who.split()[0], "2": order}, known=NOBODY),
            by=by,
            at=at + timedelta(seconds=place),
            status=status,
            wamid=f"wamid.demo-{campaign.pk.hex[-8:]}-{place}",
            campaign_id=campaign.pk,
            failure=FAILURE if status is Status.FAILED else None,
        )
        close(thread.pk, by=by, at=at + timedelta(minutes=1))
    sent = [phone for _who, phone, _order, _status in people]
    recipients = CampaignRecipient.objects.filter(campaign=campaign, to__in=sent).order_by("pk")
    # They have their message already: the turn only finds it.
    queue_for(campaign, template, list(recipients), at=at)


def _draft(number: PhoneNumber, person: Person, *, at: datetime) -> None:
    fields: Fields = {
        "name": "Closed over the holidays",
        "phone_number": number,
        "quiet_from": time(20),
        "quiet_until": time(9),
    }
    by = agent(person)
    made = create(number.organization_id, fields, by=by, at=at)
    rows = [Row(phone, name=who) for who, phone, _order, _status in PEOPLE[:4]]
    add_recipients(made.pk, rows, by=by, at=at)
