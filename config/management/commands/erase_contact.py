"""`manage.py erase_contact`: one person's data, gone for ever, with a receipt."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts.actors import SYSTEM
from accounts.models import Organization
from accounts.refusals import Refused
from inbox.actions.erasing import ask_erasure, erase_next
from inbox.data_pages import receipt
from inbox.models import Contact, Erasure, ErasureStep, Identity
from inbox.presentation import name_of_contact
from whatsapp.phone import canonical


class Command(BaseCommand):
    help = (
        "Erases a person: contact, conversations, files, what the raw log holds of them. Without"
        " --yes it only says who it would be."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and whether it is meant."""
        parser.add_argument("who", help="a phone number, a user id, or the id of the contact")
        parser.add_argument("--organization", required=True, help="its id, or its name")
        parser.add_argument("--yes", action="store_true", help="erase; it cannot be undone")
        parser.add_argument(
            "--no-wait", action="store_true", help="leave the work to the worker; print no receipt"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Prints the receipt as JSON; exit code 1 with a sentence when there is no such person."""
        contact = _contact(_organization(options["organization"]), options["who"])
        if not options["yes"]:
            known = {"id": contact.pk, "name": name_of_contact(contact)}
            self.stdout.write(_("This would erase %(name)s (%(id)s). Add --yes to do it.") % known)
            return
        try:
            erasure = ask_erasure(contact.pk, by=SYSTEM, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        if not options["no_wait"]:
            done = _finished(erasure)
            self.stdout.write(json.dumps(receipt(done), cls=DjangoJSONEncoder, indent=2))


def _organization(wanted: str) -> Organization:
    rows = Organization.objects.filter(name=wanted)
    if not rows and (pk := _uuid(wanted)):
        rows = Organization.objects.filter(pk=pk)
    if len(rows) != 1:
        raise CommandError(_("There is no such organization, or more than one of this name."))
    return rows[0]


def _contact(organization: Organization, who: str) -> Contact:
    own = Contact.objects.filter(organization=organization)
    if pk := _uuid(who):
        found = own.filter(pk=pk).first()
    else:
        names = {who, canonical(who)} - {""}
        identities = Identity.objects.filter(organization=organization, canonical__in=names)
        found = own.filter(pk__in=identities.values("contact")).first()
    if found is None:
        raise CommandError(_("There is no such person."))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _finished(erasure: Erasure) -> Erasure:
    """Works along with the worker, if there is one, until this erasure is done."""
    while Erasure.objects.filter(pk=erasure.pk).exclude(step=ErasureStep.DONE).exists():
        if not erase_next():
            time.sleep(0.2)
    return Erasure.objects.select_related("organization").get(pk=erasure.pk)
