"""The four ways of showing a key, and who it turns out to be."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from accounts import keys
from accounts.models import ApiKey
from accounts.refusals import Refused


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows. key: the plain key, or the UUID of one (Basic only)."""

    key: str
    secret: str | None


def shown_by(request: HttpRequest) -> Shown:
    """The one credential of a request.

    Refuses: API_KEY_REQUIRED; BAD_REQUEST for two different ones; INVALID_CREDENTIALS for a
    scheme or an encoding that is none of ours.
    """
    secret = request.headers.get("X-API-Secret")
    found = []
    if header := request.headers.get("X-API-Key"):
        found.append(Shown(header.strip(), secret))
    if header := request.headers.get("Authorization"):
        found.append(_authorization(header, secret))
    if not found:
        raise Refused(
            "API_KEY_REQUIRED", "API key required (X-API-Key, Authorization: Bearer, or Basic)"
        )
    if any(one != found[0] for one in found):
        raise Refused("BAD_REQUEST", "Two different credentials in one request.")
    return found[0]


def _authorization(header: str, secret: str | None) -> Shown:
    scheme, _space, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return Shown(value.strip(), secret)
    if scheme.lower() != "basic":
        raise invalid()
    try:
        user, colon, password = (
            base64.b64decode(value.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError) as error:
        raise invalid() from error
    if not colon:
        raise invalid()
    return Shown(user, password or secret)


def invalid() -> Refused:
    """One answer for unknown, revoked, expired and wrong."""
    return Refused("INVALID_CREDENTIALS", "Invalid API key or secret")


def key_behind(shown: Shown, *, at: datetime) -> ApiKey:
    """The live key that was shown.

    Refuses: INVALID_CREDENTIALS; API_SECRET_REQUIRED for a good key whose secret is missing.
    """
    if keys.looks_like_key(shown.key):
        return _with_secret(_find(key_sha256=keys.digest(shown.key)), shown.secret, at=at)
    try:
        key = _find(pk=UUID(shown.key))
    except ValueError as error:
        raise invalid() from error
    if key is not None and not key.secret_sha256:
        # user = the UUID, password = the key
        same = keys.looks_like_key(shown.secret or "") and (
            _find(key_sha256=keys.digest(shown.secret or "")) == key
        )
        return _with_secret(key if same else None, None, at=at)
    if shown.secret is None:
        raise invalid()
    return _with_secret(key, shown.secret, at=at)


def _find(**which: object) -> ApiKey | None:
    return (
        ApiKey.objects.select_related("organization", "user__organization").filter(**which).first()
    )


def _with_secret(key: ApiKey | None, secret: str | None, *, at: datetime) -> ApiKey:
    if key is None or not keys.is_live(key, at=at) or not _owner_is_active(key):
        raise invalid()
    if not key.secret_sha256:
        return key
    if not secret:
        raise Refused("API_SECRET_REQUIRED", "API secret required (X-API-Secret header)")
    if not keys.has_secret(key, secret):
        raise invalid()
    return key


def _owner_is_active(key: ApiKey) -> bool:
    # A person who is gone takes their keys along.
    return key.user is None or key.user.is_active
