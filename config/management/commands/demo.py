"""`manage.py demo`: an organization to try everything with, once; then prints how to get in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from typing_extensions import override

from accounts.models import (
    BusinessAccount,
    EventCounter,
    NumberStatus,
    Organization,
    Person,
    PhoneNumber,
    Role,
)
from automation.models import Bot
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
    def handle(self, *args: Any, **options: Any) -> None:
        """Once: a second run only prints the logins again."""
        if not settings.SIMULATOR:
            raise CommandError("The demo needs the simulator: set SIMULATOR=1.")
        number = PhoneNumber.objects.filter(meta_phone_number_id=PHONE_NUMBER_ID).first()
        if number is None:
            with transaction.atomic():
                number = self._make()
        if not already_told(number):
            raise CommandError("The demo's number is there, but its conversations are not.")
        self._print()

    def _make(self) -> PhoneNumber:
        now = timezone.now()
        organization = Organization.objects.create(name="Kettle & Co", time_zone="Europe/Berlin")
        EventCounter.objects.create(organization=organization)
        people = {
            name: Person.objects.create_user(
                email, PASSWORD, name=name, role=role, organization=organization
            )
            for name, email, role in PEOPLE
        }
        bot = Bot.objects.create(
            organization=organization,
            name="Kettle assistant",
            settings=BOT_SETTINGS,
            quiet_seconds=1.5,
            max_wait_seconds=10,
        )
        number = self._number(organization, bot)
        Teller(number, bot, people, now=now).tell_all()
        return number

    def _number(self, organization: Organization, bot: Bot) -> PhoneNumber:
        account = BusinessAccount(
            organization=organization, waba_id=WABA_ID, name="Kettle & Co", currency="USD"
        )
        account.access_token = SIMULATOR_TOKEN
        account.save()
        return PhoneNumber.objects.create(
            organization=organization,
            account=account,
            meta_phone_number_id=PHONE_NUMBER_ID,
            display_phone_number="+1 555-078-3881",
            phone="+15550783881",
            verified_name="Kettle & Co",
            label="Shop",
            sandbox=True,
            status=NumberStatus.ACTIVE,
            quality_rating="GREEN",
            bot_id=bot.pk,
            bot_name=bot.name,
            bot_enabled=True,
            auto_reply=True,
            start_mode="ai",
        )

    def _print(self) -> None:
        say = self.stdout.write
        say("")
        say(f"  Inbox:      {settings.PUBLIC_URL}/inbox/")
        say(f"  Customer:   {settings.PUBLIC_URL}/simulator/   (a phone: write as any customer)")
        say(f"  Logins:     {', '.join(email for _name, email, _role in PEOPLE)}")
        say(f"  Password:   {PASSWORD}")
        say("")
