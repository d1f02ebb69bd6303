"""Sessions in the database, of which a copy of the database opens none.

The row's key is a digest of the cookie's, and its content is sealed: it may hold the secret of a
link that somebody has just followed, or of an app that is being set up.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from typing_extensions import override

from accounts.crypto import WrongPlace, decrypt, encrypt

PLACE = "session"
KEY_LENGTH = 40  # of Django's column: 160 bits


def stored(session_key: str) -> str:
    """The key of the row of this session."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:KEY_LENGTH]


class SessionStore(DatabaseStore):
    """Django's own (5.2), with another key in the row and a sealed content."""

    @override
    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(super().encode(session_dict), place=PLACE)

    @override
    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Nothing, where no key of ours opens it: whoever has it logs in anew."""
        try:
            return super().decode(decrypt(str(session_data), place=PLACE))
        except WrongPlace:
            return {}

    def _get_session_from_db(self) -> Session | None:
        rows = Session.objects.filter(expire_date__gt=timezone.now())
        found = rows.filter(session_key=stored(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        return found

    async def _aget_session_from_db(self) -> Session | None:
        rows = Session.objects.filter(expire_date__gt=timezone.now())
        found = await rows.filter(session_key=stored(self.session_key or "")).afirst()
        if found is None:
            self._session_key = None
        return found

    @override
    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    @override
    async def aexists(self, session_key: str) -> bool:
        return await super().aexists(stored(session_key))

    @override
    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    @override
    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = await super().acreate_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    @override
    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))

    @override
    async def adelete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            await super().adelete(stored(key))
