"""Secrets at rest, put under the newest key of the ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Model

from accounts import crypto
from accounts.models import BusinessAccount, Organization

SEALED: Final[Mapping[type[Model], tuple[str, ...]]] = {
    BusinessAccount: ("access_token_sealed", "app_secret_sealed", "verify_token_sealed"),
    Organization: ("tombstone_key_sealed",),
}


def rotate_secrets() -> int:
    """Encrypts every stored secret under the newest key, while the system runs. How many.

    A secret that is replaced meanwhile is left as its writer left it.
    Raises: cryptography.fernet.InvalidToken for one that no key of the ring opens.
    """
    return sum(_rotated(model, fields) for model, fields in SEALED.items())


def _rotated(model: type[Model], fields: tuple[str, ...]) -> int:
    rows = model._default_manager.values_list("pk", *fields)
    return sum(
        model._default_manager.filter(pk=pk, **{field: sealed}).update(
            **{field: crypto.rotated(sealed)}
        )
        for pk, *secrets in rows
        for field, sealed in zip(fields, secrets, strict=True)
        if sealed
    )
