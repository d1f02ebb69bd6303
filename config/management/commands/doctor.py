"""`manage.py doctor`: looks at every connection now, from a terminal or a script."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from typing_extensions import override

from accounts.actions.checkups import examine, number_to_examine
from accounts.api.answers import plain
from accounts.doctor import wording
from accounts.doctor.shapes import Health
from accounts.doctor.verdicts import State
from accounts.doctor_queries import health
from accounts.models import PhoneNumber
from webhooks.models import DeadLetter

EXIT_CODES: Final = {State.OK: 0, State.WARNING: 1, State.BROKEN: 2, State.UNKNOWN: 1}


class Command(BaseCommand):
    help = "Looks at every connection to Meta now. Exit code: 0 all well, 1 look at it, 2 broken."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--number", help="only this one: our id, Meta's id or the number")
        parser.add_argument("--json", action="store_true", help="one object for scripts")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Writes what it finds, as the worker does: the page shows it, too."""
        found = {number: _looked_at(number) for number in _numbers(options["number"] or "")}
        nobodys = DeadLetter.objects.filter(
            organization=None, resolved_at=None, discarded_at=None
        ).count()
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, nobodys), default=plain))
        else:
            self._say(found, nobodys)
        code = max((EXIT_CODES[one.state] for one in found.values()), default=1)
        if code:
            sys.exit(code)

    def _say(self, found: dict[PhoneNumber, Health], nobodys: int) -> None:
        for number, told in found.items():
            self.stdout.write(f"{number} ({number.meta_phone_number_id}): {told.state.value}")
            for one in told.checks:
                title = _(wording.TITLES[one.name])
                self.stdout.write(f"  {one.state.value:8} {title}: {one.message}")
        if not found:
            self.stdout.write(_("There is no such number."))
        if nobodys:
            sentence = ngettext(
                "%(n)s dead letter names no number of anybody's.",
                "%(n)s dead letters name no number of anybody's.",
                nobodys,
            )
            self.stdout.write(sentence % {"n": nobodys})


def _numbers(name: str) -> list[PhoneNumber]:
    numbers = PhoneNumber.objects.filter(removed_at=None).order_by("created_at", "pk")
    given = name.lower()
    return [
        number
        for number in numbers
        if not name or given in (str(number.pk), number.meta_phone_number_id, number.phone)
    ]


def _looked_at(number: PhoneNumber) -> Health:
    examine(number_to_examine(number.pk), at=timezone.now())
    return health(number)


def _as_json(found: dict[PhoneNumber, Health], nobodys: int) -> dict[str, Any]:
    return {
        "numbers": [
            {
                "id": number.pk,
                "phone_number_id": number.meta_phone_number_id,
                "state": told.state.value,
                "checks": [
                    {
                        "name": one.name,
                        "state": one.state.value,
                        "message": one.message,
                        "evidence": one.evidence,
                        "repair": one.repair,
                    }
                    for one in told.checks
                ],
            }
            for number, told in found.items()
        ],
        "dead_letters_of_nobody": nobodys,
    }
