"""Allauth's second factor here: secrets sealed, passkeys for the address that people open."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext as _
from typing_extensions import override

from accounts.crypto import decrypt, encrypt
from accounts.models import Person

PLACE = "second_factor"  # allauth names no row when it seals


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Seals what is stored, and names Baton to authenticators."""

    @override
    def encrypt(self, text: str) -> str:
        return encrypt(text, place=PLACE)

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, place=PLACE)

    @override
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": "Baton"}

    @override
    def generate_authenticator_name(self, user: Person, type: str) -> str:
        return _("Passkey of %(name)s") % {"name": user.get_short_name()}
