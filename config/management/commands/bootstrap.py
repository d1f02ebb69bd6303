"""`manage.py bootstrap`: an organization, its admin, a number and an API key, without a browser."""

from __future__ import annotations

import json
import os
import re
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import DatabaseError, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts import scopes
from accounts.actions.accounts import upsert_account
from accounts.actions.keys import create_key, set_scopes
from accounts.actions.numbers import upsert_number
from accounts.actions.organizations import create_organization
from accounts.actions.people import create_person
from accounts.actors import SYSTEM
from accounts.events import unit_of_work
from accounts.models import (
    ApiKey,
    BusinessAccount,
    NumberStatus,
    Organization,
    Person,
    PhoneNumber,
    Role,
)
from accounts.origin import COMMAND, coming_from
from accounts.refusals import Refused
from whatsapp.phone import e164

WRONG_FLAGS = 2
FLAGS = {
    "--organization": "found by name, ignoring case, else made; default: the only one, else Baton",
    "--email": "the admin's address",
    "--password": "for a new admin; never changes an old one's",
    "--waba-id": "Meta's id of the WhatsApp Business Account; digits",
    "--phone-number-id": "Meta's id of the phone number; digits",
    "--display-phone-number": "the number itself, with + and country code",
    "--access-token": "stored encrypted; with it the number is active",
    "--app-secret": "checks Meta's signature; default: META_APP_SECRET",
    "--verify-token": "for Meta's challenge; default: WEBHOOK_VERIFY_TOKEN",
    "--key-name": "found by name, else made; default: bootstrap",
    "--scopes": "comma list; default for a new key: *",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The flags, `env:NAME` replaced by what the environment holds; empty: not given."""

    organization: str
    email: str
    password: str
    waba_id: str
    phone_number_id: str
    display_phone_number: str
    access_token: str
    app_secret: str
    verify_token: str
    key_name: str
    scopes: str
    with_secret: bool

    @property
    def scope_names(self) -> list[str]:
        """The scopes as given, none when the flag was left out."""
        return [name.strip() for name in self.scopes.split(",") if name.strip()]


@dataclass(frozen=True, slots=True)
class Result:
    """What there is now. key and secret are plain, in the run that made them only."""

    organization: Organization
    admin: Person
    number: PhoneNumber | None
    key_name: str
    key: str | None
    secret: str | None

    def as_json(self) -> dict[str, Any]:
        """The five keys, in their order."""
        number = self.number
        return {
            "organization_id": str(self.organization.pk),
            "user_id": str(self.admin.pk),
            "phone_number": number
            and {"id": str(number.pk), "meta_phone_number_id": number.meta_phone_number_id},
            "api_key": {"key": self.key, "secret": self.secret},
            "webhook_url": f"{settings.PUBLIC_URL}/webhooks/whatsapp/",
        }


class Command(BaseCommand):
    help = (
        "Makes an organization, its first admin, a number and an API key; run again, it changes"
        " nothing. A value env:NAME is read from that environment variable. Calls nobody."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """The flags; only --email is always needed."""
        for flag, meaning in FLAGS.items():
            parser.add_argument(flag, default="", help=meaning, required=flag == "--email")
        parser.add_argument(
            "--with-secret", action="store_true", help="makes the key with a secret"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit codes: 0 done, 1 refused with a sentence, 2 wrong flags."""
        wanted = _wanted(options)
        _check(wanted)
        _check_migrated()
        try:
            with coming_from(COMMAND), unit_of_work():
                result = _make(wanted, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        except IntegrityError as error:
            raise CommandError(_("Another bootstrap was faster. Run this one again.")) from error
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json()))
            self._tell_rest(result, self.stderr.write)
        else:
            self._tell(result, self.stdout.write)

    def _tell_rest(self, result: Result, say: Callable[[str], None]) -> None:
        if result.number and result.number.status == NumberStatus.PENDING_SETUP:
            say(_("The number cannot send yet: give its account an --access-token."))
        if result.key is None:
            lost = _("The API key %(name)s was there. Lost it? Run again with another --key-name.")
            say(lost % {"name": result.key_name})

    def _tell(self, result: Result, say: Callable[[str], None]) -> None:
        say(_("Organization: %(name)s") % {"name": result.organization.name})
        say(_("Admin: %(email)s") % {"email": result.admin.email})
        if result.number:
            status = result.number.get_status_display()
            say(_("Number: %(number)s, %(status)s") % {"number": result.number, "status": status})
        if result.key:
            say(_("API key, shown once: %(key)s") % {"key": result.key})
        if result.secret:
            say(_("Its secret, shown once: %(secret)s") % {"secret": result.secret})
        say(_("Address for Meta's webhooks: %(url)s") % {"url": result.as_json()["webhook_url"]})
        self._tell_rest(result, say)


def _wanted(options: dict[str, Any]) -> Wanted:
    texts = {
        field.name: _value(options[field.name] or "", field.name)
        for field in fields(Wanted)
        if field.name != "with_secret"
    }
    return Wanted(**texts, with_secret=options["with_secret"])


def _value(given: str, name: str) -> str:
    if not given.startswith("env:"):
        return given.strip()
    variable = given.removeprefix("env:")
    if variable not in os.environ:
        flag = "--" + name.replace("_", "-")
        raise _wrong(
            _("%(flag)s: the environment has no variable %(variable)s.")
            % {"flag": flag, "variable": variable}
        )
    return os.environ[variable].strip()


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=WRONG_FLAGS)


def _check(wanted: Wanted) -> None:
    try:
        validate_email(wanted.email)
    except ValidationError as error:
        raise _wrong(_("--email is no e-mail address.")) from error
    for flag, value in (
        ("--waba-id", wanted.waba_id),
        ("--phone-number-id", wanted.phone_number_id),
    ):
        if value and not re.fullmatch(r"[0-9]{1,32}", value):
            raise _wrong(_("%(flag)s takes digits only.") % {"flag": flag})
    if bool(wanted.waba_id) != bool(wanted.phone_number_id):
        raise _wrong(_("--waba-id and --phone-number-id go together."))
    if wanted.display_phone_number and e164(wanted.display_phone_number) is None:
        raise _wrong(_("--display-phone-number is no phone number with + and country code."))
    _check_names(wanted)


def _check_names(wanted: Wanted) -> None:
    if len(wanted.key_name) > 80 or len(wanted.organization) > 120:
        raise _wrong(_("A name is too long: 80 characters for a key, 120 for an organization."))
    if unknown := scopes.unknown(wanted.scope_names):
        raise _wrong(_("There is no scope called %(name)s.") % {"name": unknown[0]})


def _check_migrated() -> None:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise CommandError(_("The database cannot be reached: %(why)s") % {"why": error}) from error
    if missing:
        raise CommandError(_("The database is not ready. Run manage.py migrate first."))


def _make(wanted: Wanted, *, at: datetime) -> Result:
    organization = _organization(wanted, at=at)
    admin = _admin(wanted, organization, at=at)
    number = _number(wanted, organization, at=at) if wanted.waba_id else None
    name = wanted.key_name or "bootstrap"
    key = ApiKey.objects.filter(organization=organization, name=name).first()
    if key is not None:
        if wanted.scope_names:
            set_scopes(key.pk, scopes=wanted.scope_names, by=SYSTEM, at=at)
        return Result(organization, admin, number, name, None, None)
    made = create_key(
        organization.pk,
        name=name,
        scopes=wanted.scope_names or ["*"],
        with_secret=wanted.with_secret,
        by=SYSTEM,
        at=at,
    )
    return Result(organization, admin, number, name, made.key, made.secret)


def _organization(wanted: Wanted, *, at: datetime) -> Organization:
    if not wanted.organization:
        only = list(Organization.objects.all()[:2])
        if len(only) == 1:
            return only[0]
    name = wanted.organization or "Baton"
    found = Organization.objects.filter(name__iexact=name).order_by("created_at").first()
    return found or create_organization(name, by=SYSTEM, at=at)


def _admin(wanted: Wanted, organization: Organization, *, at: datetime) -> Person:
    person = Person.objects.filter(email__iexact=wanted.email).first()
    if person is None:
        if not wanted.password:
            raise Refused("VALIDATION_ERROR", _("A new admin needs --password."), field="password")
        return create_person(
            organization.pk,
            email=wanted.email,
            name=wanted.email.partition("@")[0][:80],
            password=wanted.password,
            role=Role.ADMIN,
            by=SYSTEM,
            at=at,
        )
    if person.organization_id != organization.pk:
        raise Refused("ALREADY_EXISTS", _("This person belongs to another organization."))
    return person


def _number(wanted: Wanted, organization: Organization, *, at: datetime) -> PhoneNumber:
    before = BusinessAccount.objects.filter(
        waba_id=wanted.waba_id, organization=organization
    ).first()
    old_token = before.access_token if before else ""
    account = upsert_account(
        organization.pk,
        waba_id=wanted.waba_id,
        access_token=wanted.access_token,
        app_secret=wanted.app_secret,
        verify_token=wanted.verify_token,
        by=SYSTEM,
        at=at,
    )
    return upsert_number(
        account,
        meta_phone_number_id=wanted.phone_number_id,
        display_phone_number=wanted.display_phone_number,
        token_is_new=bool(wanted.access_token) and wanted.access_token != old_token,
        by=SYSTEM,
        at=at,
    )
