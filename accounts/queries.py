"""What the settings pages show of numbers and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import formats, timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts import access
from accounts.models import Event, NumberStatus, Person, PhoneNumber, Team
from accounts.models.numbers import BY_USER
from accounts.notice_words import sentence
from accounts.shapes import Notice, NumberCard, NumberFacts

Facts = Mapping[UUID, NumberFacts]

QUALITIES: Final[Mapping[str, tuple[str, str]]] = {
    "GREEN": (noop("High"), "good"),
    "YELLOW": (noop("Medium"), "warn"),
    "RED": (noop("Low"), "bad"),
}
TONES: Final[Mapping[str, str]] = {
    NumberStatus.ACTIVE: "good",
    NumberStatus.PENDING_SETUP: "warn",
    NumberStatus.ERROR: "bad",
    NumberStatus.DISCONNECTED: "idle",
}
UNKNOWN: Final = noop("Not known yet")
THROUGHPUTS: Final[Mapping[str, str]] = {
    "STANDARD": noop("Up to 80 messages a second"),
    "HIGH": noop("Up to 1,000 messages a second"),
    "NOT_APPLICABLE": UNKNOWN,
}
# How many people may be written to first, in 24 hours.
LIMITS: Final[Mapping[str, str]] = {
    "TIER_50": noop("50 people a day"),
    "TIER_250": noop("250 people a day"),
    "TIER_1K": noop("1,000 people a day"),
    "TIER_2K": noop("2,000 people a day"),
    "TIER_10K": noop("10,000 people a day"),
    "TIER_100K": noop("100,000 people a day"),
    "TIER_UNLIMITED": noop("No limit"),
}
RECEIPTS: Final[Mapping[str, str]] = {
    "on_open": noop("When somebody opens the conversation"),
    "on_reply": noop("When somebody answers"),
    "never": noop("Never"),
}


def number_facts(numbers: Sequence[PhoneNumber]) -> Facts:
    """Counters of these numbers, from the app above that counts; none when nobody counts."""
    name = settings.NUMBER_FACTS
    counting: Callable[[Sequence[UUID]], Facts] = import_string(name)
    return counting([number.pk for number in numbers]) if numbers else {}


def number_cards(person: Person, *, at: datetime) -> tuple[NumberCard, ...]:
    """The organization's numbers, oldest first. Two queries and those of the counters."""
    numbers = list(_numbers_of(person).filter(removed_at=None))
    facts = number_facts(numbers)
    manages = access.may(person, access.Permission.MANAGE_NUMBERS)
    return tuple(
        _card(number, facts.get(number.pk, NumberFacts()), at=at, manages=manages)
        for number in numbers
    )


def _numbers_of(person: Person) -> QuerySet[PhoneNumber]:
    ours = PhoneNumber.objects.filter(organization_id=person.organization_id)
    return ours.select_related("account").order_by("created_at", "pk")


def number_card(person: Person, number: PhoneNumber, *, at: datetime) -> NumberCard:
    """One number, on its own page. The queries of the counters."""
    facts = number_facts([number]).get(number.pk, NumberFacts())
    manages = access.may(person, access.Permission.MANAGE_NUMBERS)
    return _card(number, facts, at=at, manages=manages)


def removed_numbers(person: Person) -> list[PhoneNumber]:
    """Numbers that were disconnected for good; each can be connected again. One query."""
    return list(_numbers_of(person).exclude(removed_at=None))


def team_choices(organization_id: UUID) -> list[tuple[str, str]]:
    """The teams, as (value of a form, name). One query."""
    teams = Team.objects.filter(organization_id=organization_id).order_by(Lower("name"))
    return [(str(team.pk), team.name) for team in teams]


def account_notices(person: Person) -> tuple[Notice, ...]:
    """What Meta said about accounts and numbers, newest first, at most 20. One query."""
    rows = Event.objects.filter(organization_id=person.organization_id, kind="account.notice")
    return tuple(_notice(event) for event in rows.order_by("-seq")[:20])


def _notice(event: Event) -> Notice:
    return Notice(
        at=when(event.at),
        text=sentence(event.data),
        tone="bad" if event.data.get("severity") == "CRITICAL" else "plain",
        until=str(event.data.get("until") or ""),
    )


def _card(number: PhoneNumber, facts: NumberFacts, *, at: datetime, manages: bool) -> NumberCard:
    quality, quality_tone = QUALITIES.get(number.quality_rating, (noop("No rating yet"), "plain"))
    waits = number.paused_until is not None and number.paused_until > at
    stopped = number.status in (NumberStatus.ERROR, NumberStatus.DISCONNECTED)
    status_label, status_tone = _status(number, waits=waits)
    return NumberCard(
        id=number.pk,
        name=number.short_name or number.meta_phone_number_id,
        display_phone_number=number.display_phone_number,
        account=str(number.account),
        status_label=status_label,
        status_tone=status_tone,
        sentence=_sentence(number, waits=waits),
        quality_label=_(quality),
        quality_tone=quality_tone,
        limit=_(LIMITS.get(number.messaging_limit, number.messaging_limit or UNKNOWN)),
        throughput=_(THROUGHPUTS.get(number.throughput, number.throughput)),
        assistant=_assistant(number),
        sandbox=number.sandbox,
        last_inbound=when(facts.last_inbound_at),
        starts=_starts(number),
        receipts_label=_(RECEIPTS[number.read_receipts]),
        is_set_up=number.status != NumberStatus.PENDING_SETUP,
        can_manage=manages,
        can_resume=manages and (stopped or waits) and bool(number.account.access_token_sealed),
        can_pause=manages and number.status == NumberStatus.ACTIVE,
    )


def _status(number: PhoneNumber, *, waits: bool) -> tuple[str, str]:
    if number.status == NumberStatus.ACTIVE and waits:
        return _("Waiting"), "warn"
    if number.status == NumberStatus.DISCONNECTED and number.status_reason == BY_USER:
        return _("Paused"), "warn"
    return str(number.get_status_display()), TONES[number.status]


def _sentence(number: PhoneNumber, *, waits: bool) -> str:
    if number.status == NumberStatus.ACTIVE:
        if waits:
            rests = _("Sending rests until %(when)s.") % {"when": when(number.paused_until)}
            return number.status_message or rests
        return _("Sends and receives.")
    if number.status_message:
        return number.status_message
    if number.status == NumberStatus.PENDING_SETUP:
        return _("It receives. To send, it needs the access token of its account.")
    return _("Sending is paused. It still receives.")


def _assistant(number: PhoneNumber) -> str:
    if number.bot_id is None:
        return _("No assistant")
    answers = number.bot_enabled and number.auto_reply
    return number.bot_name if answers else _("%(name)s, switched off") % {"name": number.bot_name}


def _starts(number: PhoneNumber) -> str:
    if number.bot_answers and number.start_mode == "ai":
        return _("The assistant answers first.")
    return _("People answer first.")


def when(moment: datetime | None) -> str:
    """A moment in the reader's zone and language; "" for none."""
    return (
        formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
    )


def actors_for_keys(person: Person) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Whom a key may speak for, as (value of the form, name): people, assistants. Two queries."""
    people = Person.objects.filter(organization_id=person.organization_id, is_active=True)
    bots = (
        PhoneNumber.objects.filter(organization_id=person.organization_id, bot_id__isnull=False)
        .values_list("bot_id", "bot_name")
        .distinct()
    )
    return (
        [(f"person:{one.pk}", one.name) for one in people.order_by("name")],
        [(f"bot:{bot_id}", name) for bot_id, name in bots],
    )
