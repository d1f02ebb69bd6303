"""`manage.py rotate_keys`: every stored secret under the newest key, so that the old one can go."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from typing_extensions import override

from accounts.actions.secrets import note_rotation, remaining, rotate_secrets
from accounts.actors import SYSTEM
from accounts.origin import COMMAND, coming_from


class Command(BaseCommand):
    help = "Encrypts every stored secret again, under the first of ENCRYPTION_KEYS."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Look only, or do it."""
        parser.add_argument(
            "--check", action="store_true", help="say how many remain; exit code 1 if any"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        """Safe to run while Baton works, and as often as wanted; broken off, it goes on."""
        if options["check"]:
            self._check()
            return
        try:
            count = rotate_secrets()
        except InvalidToken as error:
            raise CommandError(
                _("A stored secret opens with none of ENCRYPTION_KEYS: add the key that made it.")
            ) from error
        if count:
            with coming_from(COMMAND):
                note_rotation(count=count, by=SYSTEM, at=timezone.now())
        self.stdout.write(
            ngettext(
                "%(n)s secret was put under the newest key.",
                "%(n)s secrets were put under the newest key.",
                count,
            )
            % {"n": count}
        )
        # A process that still runs with the old setting may have written one meanwhile.
        self._check()

    def _check(self) -> None:
        count = remaining()
        if count:
            raise CommandError(
                ngettext(
                    "%(n)s secret is not under the newest key. Keep the older ones, run this"
                    " again.",
                    "%(n)s secrets are not under the newest key. Keep the older ones, run this"
                    " again.",
                    count,
                )
                % {"n": count}
            )
        self.stdout.write(_("Nothing remains. The older keys may go."))
