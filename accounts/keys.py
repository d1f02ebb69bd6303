"""API keys as strings: how they are made, what is kept of them, and how they are recognised."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import ApiKey

LIVE: Final = "wak_live_"
TEST: Final = "wak_test_"
SECRET: Final = "was_"  # noqa: S105 - how a secret begins, not one
RANDOM_LENGTH: Final = 40  # letters and digits: 238 bits, so that a plain SHA-256 is enough
SHOWN_LENGTH: Final = 12

_ALPHABET: Final = string.ascii_letters + string.digits
_KEY: Final = re.compile(r"wak_(live|test)_[A-Za-z0-9]{40}")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key just made. key and secret are the plain texts: shown once, kept nowhere."""

    row: ApiKey
    key: str
    secret: str | None


def fresh_key(*, test: bool = False) -> str:
    """A new plain key."""
    return (TEST if test else LIVE) + _random()


def fresh_secret() -> str:
    """A new plain secret."""
    return SECRET + _random()


def _random() -> str:
    return "".join(secrets.choice(_ALPHABET) for _place in range(RANDOM_LENGTH))


def digest(text: str) -> str:
    """What is kept of a key or secret: its SHA-256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def looks_like_key(text: str) -> bool:
    """Whether it has the shape of a key of ours."""
    return _KEY.fullmatch(text) is not None


def is_test(key: ApiKey) -> bool:
    """Whether the key reaches sandbox numbers only."""
    return key.prefix.startswith(TEST)


def is_live(key: ApiKey, *, at: datetime) -> bool:
    """Whether the key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or at < key.expires_at)


def has_secret(key: ApiKey, secret: str) -> bool:
    """Whether this is the key's secret, compared in constant time; a key without one has none."""
    kept = key.secret_sha256
    return bool(kept) and hmac.compare_digest(kept, digest(secret))
