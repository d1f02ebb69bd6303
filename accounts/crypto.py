"""Secrets at rest: MultiFernet over a value bound to its place; moved elsewhere it is refused."""

from __future__ import annotations

import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class WrongPlace(Exception):
    """The ciphertext belongs to another row or field, or no key of ours opens it."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("ENCRYPTION_KEYS is not set: no secret can be stored or read.")
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _ring(tuple(settings.ENCRYPTION_KEYS))


def encrypt(value: str, *, place: str) -> str:
    """The ciphertext of `value`. place: "organization/row/field". Empty stays empty."""
    if not value:
        return ""
    return _keys().encrypt(json.dumps({"place": place, "value": value}).encode()).decode()


def decrypt(token: str, *, place: str) -> str:
    """The plain value. Raises: WrongPlace."""
    if not token:
        return ""
    try:
        opened = json.loads(_keys().decrypt(token.encode()))
    except InvalidToken as error:
        raise WrongPlace("No key in ENCRYPTION_KEYS opens this secret.") from error
    if opened["place"] != place:
        raise WrongPlace("This secret was stored for another row.")
    return str(opened["value"])


def rotated(token: str) -> str:
    """The same secret under the newest key."""
    return _keys().rotate(token.encode()).decode() if token else ""


def is_newest(token: str) -> bool:
    """Whether the newest key alone opens it; nothing stored is as new as can be."""
    if not token:
        return True
    try:
        _ring(_newest()).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def is_sealed(value: object) -> bool:
    """Whether this is a ciphertext, among values that need not be: Fernet's begin alike."""
    return isinstance(value, str) and value.startswith("gAAAA")


def _newest() -> tuple[str, ...]:
    return tuple(settings.ENCRYPTION_KEYS[:1])
