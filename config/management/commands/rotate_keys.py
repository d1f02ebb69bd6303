"""`manage.py rotate_keys`: every stored secret under the newest key, so that the old one can go."""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from typing_extensions import override

from accounts.actions.secrets import rotate_secrets


class Command(BaseCommand):
    help = "Encrypts every stored secret again, under the first of ENCRYPTION_KEYS."

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        """Safe to run while Baton works, and as often as wanted."""
        try:
            count = rotate_secrets()
        except InvalidToken as error:
            raise CommandError(
                _("A stored secret opens with none of ENCRYPTION_KEYS: add the key that made it.")
            ) from error
        sentence = ngettext(
            "%(n)s secret is under the newest key. The older keys may go.",
            "%(n)s secrets are under the newest key. The older keys may go.",
            count,
        )
        self.stdout.write(sentence % {"n": count})
