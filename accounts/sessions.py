"""Sessions whose rows are of no use to a thief: the id is kept as a hash, the content encrypted.

Whoever reads the database would otherwise hold every live session, and what the login library puts
into one, such as the secret of a link for a new password (`SESSION_ENGINE`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from typing_extensions import override

LONGEST_KEY = 40  # characters of the column; as hexadecimal digits: 160 bits


def kept(session_key: str) -> str:
    """What stands in the row of the session with this id."""
    digest_size = LONGEST_KEY // 2
    return hashlib.blake2b(session_key.encode(), digest_size=digest_size).hexdigest()


@lru_cache(maxsize=4)
def _ring(secrets: tuple[str, ...]) -> MultiFernet:
    # Not ENCRYPTION_KEYS: those are rotated, and a session is nothing that has to outlive anything.
    keys = [hashlib.blake2b(one.encode(), digest_size=32, person=b"sessions") for one in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key.digest())) for key in keys])


def _keys() -> MultiFernet:
    return _ring((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


class SessionStore(db.SessionStore):
    """Django's sessions in the database, found by the hash of their id."""

    @override
    def encode(self, session_dict: dict[str, Any]) -> str:
        return _keys().encrypt(json.dumps(session_dict).encode()).decode()

    @override
    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Nothing for what no key of ours opens: that session is over."""
        with suppress(InvalidToken, ValueError):
            found: dict[str, Any] = json.loads(_keys().decrypt(session_data))
            return found
        return {}

    @override
    def exists(self, session_key: str) -> bool:
        return super().exists(kept(session_key))

    @override
    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(kept(session_key))

    @override
    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        made = super().create_model_instance(data)
        made.session_key = kept(made.session_key)
        return made

    @override
    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        made = await super().acreate_model_instance(data)
        made.session_key = kept(made.session_key)
        return made

    @override
    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(kept(key))

    @override
    async def adelete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            await super().adelete(kept(key))

    def _get_session_from_db(self) -> Session | None:
        found = self._live().first()
        if found is None:
            self._session_key = None
        return found

    async def _aget_session_from_db(self) -> Session | None:
        found = await self._live().afirst()
        if found is None:
            self._session_key = None
        return found

    def _live(self) -> QuerySet[Session]:
        rows = Session.objects.filter(expire_date__gt=timezone.now())
        return rows.filter(session_key=kept(self.session_key or ""))
