"""Which secrets may sign a webhook: the installation's and the accounts' own."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.crypto import WrongPlace, decrypt
from accounts.models import BusinessAccount
from webhooks.store import FAILURES, SealedSecrets, open_store
from whatsapp.signature import fingerprint, verified_by

log = logging.getLogger(__name__)

READ_AGAIN_AFTER_S: Final = 1.0


class Secret(NamedTuple):
    """One app secret. until: None for one that is in use."""

    plain: str
    until: datetime | None = None


class AppSecrets:
    """Every app secret, decrypted, in memory; read again when a signature fits none of them."""

    def __init__(self) -> None:
        self.ever_read = False
        self._own: tuple[Secret, ...] = ()  # of accounts
        self._next_read = 0.0

    def fingerprint_of_signer(self, header: bytes | None, body: bytes) -> str | None:
        """The fingerprint of the secret that signed the body, or None."""
        secret = verified_by(self._known(), header, body)
        return fingerprint(secret) if secret else None

    def may_read_again(self) -> bool:
        """At most once a second: a stranger's posts must not become load on the database."""
        now = time.monotonic()
        if now < self._next_read:
            return False
        self._next_read = now + READ_AGAIN_AFTER_S
        return True

    def read_again(self) -> None:
        """Reads the accounts' secrets, in about 2 seconds at most; keeps the old on failure."""
        try:
            store = open_store()
        except FAILURES as error:
            log.error("app secrets cannot be read: %s", type(error).__name__)
            return
        try:
            self._own = tuple(_opened(store.sealed_app_secrets()))
            self.ever_read = True
        except FAILURES as error:
            log.error("app secrets cannot be read: %s", type(error).__name__)
        finally:
            store.close()

    def _known(self) -> Iterator[str]:
        if settings.META_APP_SECRET:
            yield settings.META_APP_SECRET
        at = datetime.now(UTC)
        yield from (own.plain for own in self._own if own.until is None or at < own.until)


def _opened(sealed: Iterable[SealedSecrets]) -> Iterator[Secret]:
    for one in sealed:
        account = BusinessAccount(
            id=UUID(one.account_id),
            organization_id=UUID(one.organization_id),
            app_secret_sealed=one.present,
            previous_app_secret_sealed=one.previous,
        )
        try:
            # An empty secret would let everybody sign.
            if one.present:
                yield Secret(account.app_secret)
            if one.previous and one.previous_until is not None:
                yield Secret(account.previous_app_secret, one.previous_until)
        except WrongPlace:
            log.error("the app secret of account %s cannot be decrypted", one.account_id)


def fingerprint_for(account: BusinessAccount) -> str | None:
    """The fingerprint that deliveries for this account carry; None: nothing may sign for it.

    An account's own secret replaces the installation's.
    """
    if not account.app_secret_sealed:
        return fingerprint(settings.META_APP_SECRET) if settings.META_APP_SECRET else None
    return _fingerprint_of_sealed(account.app_secret_sealed, account.place("app_secret"))


def fingerprints_for(account: BusinessAccount, *, at: datetime) -> frozenset[str]:
    """All that a delivery received then may carry: two while the app's secret is being changed."""
    found = {fingerprint_for(account)}
    until = account.previous_app_secret_until
    if account.previous_app_secret_sealed and until is not None and at < until:
        place = account.place("previous_app_secret")
        found.add(_fingerprint_of_sealed(account.previous_app_secret_sealed, place))
    return frozenset(one for one in found if one)


@lru_cache(maxsize=256)
def _fingerprint_of_sealed(sealed: str, place: str) -> str | None:
    try:
        return fingerprint(decrypt(sealed, place=place))
    except WrongPlace:
        log.error("the app secret of account %s cannot be decrypted", place.split("/")[1])
        return None
