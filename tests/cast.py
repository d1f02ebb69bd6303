"""The cast and small builders: one shop, its people, a number, a bot, and customers who write.

Builders go through the doors that live data uses wherever there is one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM, Actor, agent
from accounts.models import (
    BusinessAccount,
    EventCounter,
    NumberStatus,
    Organization,
    Person,
    PhoneNumber,
    Role,
    Team,
    TeamMember,
)
from accounts.models.people import AgentsSee
from automation.models import Bot
from inbox import handlers
from inbox.actions import labels
from inbox.models import Conversation, Message
from webhooks.works import Work
from whatsapp import inbound

PAYLOADS = Path(__file__).parent / "payloads"
WABA_ID = "102290129340398"
PHONE_NUMBER_ID = "106540352242922"
TOKEN = "simulator-token"
DORA = "12025550143"


@dataclass
class Cast:
    """Amina and Ben are agents, Sara supervises, Ada is the admin; Eve is of another shop."""

    organization: Organization
    amina: Person
    ben: Person
    sara: Person
    ada: Person
    eve: Person
    account: BusinessAccount
    number: PhoneNumber


def an_organization(name: str = "Kettle & Co") -> Organization:
    """An organization with its event counter."""
    organization = Organization.objects.create(name=name, time_zone="UTC")
    EventCounter.objects.create(organization=organization)
    return organization


def a_person(organization: Organization, name: str, role: str = Role.AGENT) -> Person:
    """Somebody who can log in."""
    return Person.objects.create_user(
        f"{name.lower()}@{organization.pk.hex[-6:]}.example",
        None,
        name=name,
        role=role,
        organization=organization,
        undo_seconds=0,  # what they send leaves at once: undoing has tests of its own
    )


def a_number(organization: Organization, **fields: Any) -> PhoneNumber:
    """An active number of an account with a token."""
    account = BusinessAccount(
        organization=organization, waba_id=fields.pop("waba_id", WABA_ID), name=organization.name
    )
    account.access_token = fields.pop("access_token", TOKEN)
    account.save()
    values = {
        "meta_phone_number_id": PHONE_NUMBER_ID,
        "display_phone_number": "+1 555-078-3881",
        "phone": "+15550783881",
        "verified_name": organization.name,
        "status": NumberStatus.ACTIVE,
        "sandbox": True,
    } | fields
    return PhoneNumber.objects.create(organization=organization, account=account, **values)


def a_cast() -> Cast:
    """Everybody, freshly made."""
    ours, theirs = an_organization(), an_organization("Harbour Tools")
    number = a_number(ours)
    return Cast(
        organization=ours,
        amina=a_person(ours, "Amina"),
        ben=a_person(ours, "Ben"),
        sara=a_person(ours, "Sara", Role.SUPERVISOR),
        ada=a_person(ours, "Ada", Role.ADMIN),
        eve=a_person(theirs, "Eve", Role.ADMIN),
        account=number.account,
        number=number,
    )


@dataclass(frozen=True)
class Teams:
    """Two teams of the shop: Amina and Ben in one, Chidi in the other."""

    theirs: Team
    chidis: Team
    chidi: Person


def with_teams(cast: Cast) -> Teams:
    """Agents see only what is theirs, their teams', or nobody's."""
    ours = cast.organization
    Organization.objects.filter(pk=ours.pk).update(agents_see=AgentsSee.OWN_AND_TEAM)
    for person in (cast.amina, cast.ben):
        person.organization.refresh_from_db()
    chidi = a_person(Organization.objects.get(pk=ours.pk), "Chidi")
    tea = Team.objects.create(organization=ours, name="Tea")
    coffee = Team.objects.create(organization=ours, name="Coffee")
    for team, person in ((tea, cast.amina), (tea, cast.ben), (coffee, chidi)):
        TeamMember.objects.create(team=team, person=person)
    return Teams(tea, coffee, chidi)


def with_assistant(number: PhoneNumber, **settings: Any) -> Bot:
    """A rules bot that owns new conversations of the number."""
    bot = Bot.objects.create(
        organization_id=number.organization_id,
        name="Front desk",
        quiet_seconds=0,
        settings={
            "greeting": "Hello, I am the assistant.",
            "miss": "I did not understand.",
            "holding_line": "A colleague will come.",
            "faq": [{"questions": ["opening hours"], "answer": "Nine to six."}],
        }
        | settings,
    )
    PhoneNumber.objects.filter(pk=number.pk).update(
        bot_id=bot.pk, bot_name=bot.name, bot_enabled=True, auto_reply=True, start_mode="ai"
    )
    number.refresh_from_db()
    return bot


def a_text_webhook(
    text: str = "hello",
    *,
    wamid: str | None = None,
    wa_id: str | None = DORA,
    bsuid: str | None = None,
    name: str = "Dora Lindqvist",
    at: datetime | None = None,
    phone_number_id: str = PHONE_NUMBER_ID,
) -> dict[str, Any]:
    """A webhook body with one text message."""
    moment = at or timezone.now()
    contact: dict[str, Any] = {"profile": {"name": name}}
    message: dict[str, Any] = {
        "id": wamid or f"wamid.{uuid.uuid4().hex}",
        "timestamp": str(int(moment.timestamp())),
        "type": "text",
        "text": {"body": text},
    }
    if wa_id:
        contact["wa_id"] = message["from"] = wa_id
    if bsuid:
        contact["user_id"] = message["from_user_id"] = bsuid
    return envelope({"contacts": [contact], "messages": [message]}, phone_number_id)


def a_status_webhook(
    wamid: str, status: str, *, at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """A webhook body with one status."""
    moment = at or timezone.now()
    value = {"id": wamid, "status": status, "timestamp": str(int(moment.timestamp()))} | more
    return envelope({"statuses": [value]})


def envelope(value: dict[str, Any], phone_number_id: str = PHONE_NUMBER_ID) -> dict[str, Any]:
    """The webhook around one value of field `messages`."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": phone_number_id},
    } | value
    change = {"field": "messages", "value": value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": WABA_ID, "changes": [change]}],
    }


def wire(body: object) -> bytes:
    """The bytes Meta would send: compact, every non-ASCII character escaped."""
    return json.dumps(body, separators=(",", ":")).encode()


def payload(name: str) -> dict[str, Any]:
    """An example webhook body."""
    found: dict[str, Any] = json.loads((PAYLOADS / "inbound" / f"{name}.json").read_text())
    return found


def arrives(number: PhoneNumber, body: object, *, at: datetime | None = None) -> None:
    """Applies the items of a webhook together, as the digest does."""
    came = at or timezone.now()
    items = inbound.parse(wire(body))
    works = [Work(0, came, "", item, place, len(items)) for place, item in enumerate(items)]
    handlers.apply([handlers.Addressed(number, work) for work in works])


def all_say(number: PhoneNumber, *sayings: Mapping[str, Any]) -> list[Message]:
    """Customers write one after another, in one batch; each saying as `says` takes it."""
    batch, wamids = [], []
    for saying in sayings:
        more = {
            "text": "hello",
            "at": timezone.now(),
            "wamid": f"wamid.{uuid.uuid4().hex}",
        } | saying
        (item,) = inbound.parse(wire(a_text_webhook(more.pop("text"), **more)))
        batch.append(handlers.Addressed(number, Work(0, more["at"], "", item, 0, 1)))
        wamids.append(more["wamid"])
    handlers.apply(batch)
    found = {row.wamid: row for row in Message.objects.filter(wamid__in=wamids)}
    return [found[wamid] for wamid in wamids]


def says(
    number: PhoneNumber, text: str = "hello", *, at: datetime | None = None, **who: Any
) -> Message:
    """A customer writes; the stored message."""
    moment = at or timezone.now()
    wamid = who.pop("wamid", None) or f"wamid.{uuid.uuid4().hex}"
    arrives(number, a_text_webhook(text, wamid=wamid, at=moment, **who), at=moment)
    return Message.objects.get(phone_number=number, wamid=wamid)


def a_conversation(
    number: PhoneNumber, *, hours_ago: float = 0, assigned_to: Person | None = None, **who: Any
) -> Conversation:
    """A thread whose customer wrote so many hours ago."""
    message = says(number, at=timezone.now() - timedelta(hours=hours_ago), **who)
    if assigned_to is not None:
        Conversation.objects.filter(pk=message.conversation_id).update(assignee=assigned_to)
    return Conversation.objects.get(pk=message.conversation_id)


def labelled(conversation: Conversation, *names: str) -> Conversation:
    """The conversation, with these labels."""
    how: dict[str, Any] = {"by": SYSTEM, "at": timezone.now()}
    made = labels.labels_named(conversation.organization_id, names, **how)
    return labels.relabel(conversation.pk, add=[one.pk for one in made], **how)


def by(person: Person) -> Actor:
    """The person as the one who acts."""
    return agent(person)


T0 = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
