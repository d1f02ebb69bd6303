"""Secrets at rest, put under the newest key of the ring."""

from __future__ import annotations

from accounts import crypto
from accounts.models import BusinessAccount

SEALED = (
    "access_token_sealed",
    "app_secret_sealed",
    "previous_app_secret_sealed",
    "verify_token_sealed",
)


def rotate_secrets() -> int:
    """Encrypts every stored secret under the newest key, while the system runs. How many.

    A secret that is replaced meanwhile is left as its writer left it.
    Raises: cryptography.fernet.InvalidToken for one that no key of the ring opens.
    """
    rows = BusinessAccount.objects.values_list("pk", *SEALED)
    return sum(
        BusinessAccount.objects.filter(pk=pk, **{field: sealed}).update(
            **{field: crypto.rotated(sealed)}
        )
        for pk, *secrets in rows
        for field, sealed in zip(SEALED, secrets, strict=True)
        if sealed
    )
