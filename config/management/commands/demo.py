"""`manage.py demo`: an organization to try everything with, once; then prints how to get in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from typing_extensions import override

from accounts.actions.accounts import upsert_account
from accounts.actions.numbers import describe_number, set_bot, upsert_number
from accounts.actions.organizations import create_organization
from accounts.actions.people import create_person, set_undo_seconds
from accounts.actors import SYSTEM
from accounts.events import unit_of_work
from accounts.models import Organization, PhoneNumber, Role
from accounts.models.people import UNDO_CHOICES, UNDO_DEFAULT
from automation.models import Bot
from config.demo.campaigns import campaigns
from config.demo.rooms import furnish
from config.demo.story import BOT_SETTINGS
from config.demo.telling import Teller, already_told

PASSWORD = "baton-demo-2026"  # noqa: S105 - printed for whoever runs the demo
PEOPLE = (
    ("Amina", "amina@baton.example", Role.AGENT),
    ("Ben", "ben@baton.example", Role.AGENT),
    ("Sara", "sara@baton.example", Role.SUPERVISOR),
    ("Ada", "ada@baton.example", Role.ADMIN),
)
WABA_ID = "102290129340398"
PHONE_NUMBER_ID = "106540352242922"
SIMULATOR_TOKEN = "simulator-token"  # noqa: S105 - the make-believe Meta takes no other


class Command(BaseCommand):
    help = "Fills an empty installation with a small shop, its people and conversations."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--undo-seconds",
            type=int,
            default=UNDO_DEFAULT,
            choices=UNDO_CHOICES,
            help="How long its people can take a message back (default: %(default)s).",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        """Once: a second run only prints the logins again."""
        if not settings.SIMULATOR:
            raise CommandError("The demo needs the simulator: set SIMULATOR=1.")
        number = PhoneNumber.objects.filter(meta_phone_number_id=PHONE_NUMBER_ID).first()
        if number is None:
            with unit_of_work():
                number = _make(at=timezone.now(), undo_seconds=options["undo_seconds"])
        if not already_told(number):
            raise CommandError("The demo's number is there, but its conversations are not.")
        self._print()

    def _print(self) -> None:
        say = self.stdout.write
        say("")
        say(f"  Inbox:      {settings.PUBLIC_URL}/inbox/")
        say(f"  Customer:   {settings.PUBLIC_URL}/simulator/   (a phone: write as any customer)")
        say(f"  Logins:     {', '.join(email for _name, email, _role in PEOPLE)}")
        say(f"  Password:   {PASSWORD}")
        say("")


def _make(*, at: datetime, undo_seconds: int) -> PhoneNumber:
    organization = create_organization("Kettle & Co", time_zone="Europe/Berlin", by=SYSTEM, at=at)
    people = {
        name: create_person(
            organization.pk,
            email=email,
            name=name,
            password=PASSWORD,
            role=role,
            by=SYSTEM,
            at=at,
        )
        for name, email, role in PEOPLE
    }
    for one in people.values():
        set_undo_seconds(one.pk, seconds=undo_seconds, by=SYSTEM, at=at)
    bot = Bot.objects.create(
        organization=organization,
        name="Kettle assistant",
        settings=BOT_SETTINGS,
        quiet_seconds=1.5,
        max_wait_seconds=10,
    )
    number = _number(organization, bot, at=at)
    Teller(number, bot, people, now=at).tell_all()
    furnish(organization, at=at)
    campaigns(number, people["Sara"], at=at)
    return number


def _number(organization: Organization, bot: Bot, *, at: datetime) -> PhoneNumber:
    account = upsert_account(
        organization.pk,
        waba_id=WABA_ID,
        name=organization.name,
        currency="USD",
        access_token=SIMULATOR_TOKEN,
        by=SYSTEM,
        at=at,
    )
    number = upsert_number(
        account,
        meta_phone_number_id=PHONE_NUMBER_ID,
        display_phone_number="+1 555-078-3881",
        by=SYSTEM,
        at=at,
    )
    describe_number(
        number.pk,
        verified_name=organization.name,
        label="Shop",
        quality_rating="GREEN",
        sandbox=True,
        by=SYSTEM,
        at=at,
    )
    return set_bot(
        number.pk,
        bot_id=bot.pk,
        name=bot.name,
        enabled=True,
        auto_reply=True,
        start_mode="ai",
        by=SYSTEM,
        at=at,
    )
