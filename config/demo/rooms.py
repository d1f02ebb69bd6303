"""What the demo's shop has set up: its hours, a few labels, a few canned replies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from accounts.actions.hours import OtherDay, Schedule, create_hours
from accounts.actors import SYSTEM
from accounts.models import Organization
from accounts.opening import spans_of
from inbox.actions.canned import Reply, create_reply
from inbox.actions.labels import create_label, relabel
from inbox.models import Conversation

WEEK: Final = ("09:00-12:30, 13:30-18:00",) * 5 + ("10:00-14:00", "")
LABELS: Final = (("Refund", "brick"), ("Wholesale", "teal"), ("Spare parts", "violet"))
# By a customer's name: what their conversation is about.
LABELLED: Final = {"Dora Lindqvist": ("Refund", "Spare parts"), "Imogen Clarke": ("Wholesale",)}
REPLIES: Final = (
    Reply(
        "hello",
        "Greeting",
        "Hello {{contact.first_name}}, {{agent.first_name}} from {{organization.name}} here."
        " How can I help?",
        "Small talk",
    ),
    Reply(
        "thanks",
        "Thank you",
        "Thank you, {{contact.first_name}}! Have a good day.",
        "Small talk",
    ),
    Reply(
        "hours",
        "Opening hours",
        "We are here Monday to Friday, 9 to 18, and on Saturdays from 10 to 14.",
    ),
    Reply(
        "call",
        "We call back",
        "We will call you on {{contact.phone}} within the hour. Is that the right number?",
    ),
)


def furnish(organization: Organization, *, at: datetime) -> None:
    """Once, after the conversations are there."""
    _hours(organization, at=at)
    labels = {
        name: create_label(organization.pk, name=name, colour=colour, by=SYSTEM, at=at).pk
        for name, colour in LABELS
    }
    for reply in REPLIES:
        create_reply(organization.pk, reply, by=SYSTEM, at=at)
    for customer, names in LABELLED.items():
        for thread in _threads(organization, customer):
            relabel(thread, add=[labels[name] for name in names], by=SYSTEM, at=at)


def _hours(organization: Organization, *, at: datetime) -> None:
    christmas = date(at.year, 12, 25)
    holidays = (
        OtherDay(christmas.replace(day=24), "Christmas Eve", spans_of("10:00-13:00")),
        OtherDay(christmas, "Christmas Day", ()),
    )
    week = tuple(map(spans_of, WEEK))
    schedule = Schedule("Shop", organization.time_zone, week, holidays, is_default=True)
    create_hours(organization.pk, schedule, by=SYSTEM, at=at)


def _threads(organization: Organization, customer: str) -> list[UUID]:
    rows = Conversation.objects.filter(organization=organization, contact__profile_name=customer)
    return list(rows.values_list("pk", flat=True))
