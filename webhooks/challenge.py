"""Meta's challenge: whether a verify token is ours, and who has guessed wrong too often."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.core.cache import cache

from accounts.crypto import WrongPlace
from accounts.models import BusinessAccount

MOST_WRONG: Final = 20
WITHIN_S: Final = 60


def is_verify_token(given: str) -> bool:
    """Whether it is the installation's or an account's; the time says nothing about which."""
    found = False
    for token in _tokens():
        # No early end, and bytes: compare_digest refuses text outside ASCII.
        found |= hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogatepass"))
    return found


def _tokens() -> Iterator[str]:
    if settings.WEBHOOK_VERIFY_TOKEN:
        yield settings.WEBHOOK_VERIFY_TOKEN
    for account in BusinessAccount.objects.exclude(verify_token_sealed=""):
        try:
            yield account.verify_token
        except WrongPlace:
            continue  # sealed with a key that is gone: the doctor says so


def is_blocked(address: str) -> bool:
    """Whether this address has sent so many wrong tokens that the next ones are not looked at."""
    return int(cache.get(_key(address), 0)) >= MOST_WRONG - 1


def count_wrong(address: str) -> None:
    """Remembers a wrong token of this address for a minute."""
    cache.add(_key(address), 0, WITHIN_S)
    try:
        cache.incr(_key(address))
    except ValueError:  # the minute ended between the two lines
        cache.add(_key(address), 1, WITHIN_S)


def _key(address: str) -> str:
    return f"webhook-challenge:{address}"
