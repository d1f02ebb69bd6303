"""The door of every endpoint: the key, its scope, its rate."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase
from typing_extensions import override

from accounts import scopes
from accounts.actions.keys import note_use
from accounts.actors import api_key
from accounts.api import limits
from accounts.api.credentials import key_behind, shown_by
from accounts.api.requests import ApiRequest, Caller, address_of
from accounts.origin import with_key
from accounts.refusals import Refused

COUNTED = frozenset({"INVALID_CREDENTIALS"})


class KeyAuth(AuthBase):
    """Lets keys with this scope pass; without a scope, any valid key."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = (
        "An API key as `Authorization: Bearer`, `X-API-Key` or Basic; the secret of a key that has"
        " one in `X-API-Secret`."
    )

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    @override
    def __call__(self, request: HttpRequest) -> Any:
        """The caller. Refuses: as `accounts.api.credentials`, RATE_LIMITED, INSUFFICIENT_SCOPE."""
        caller = _recognised(cast(ApiRequest, request))
        if self.scope:
            caller.check(self.scope)
        return caller


def needs(scope: str) -> KeyAuth:
    """`auth=` of an endpoint that wants this scope."""
    return KeyAuth(scope)


ANY_KEY = KeyAuth()


def _recognised(request: ApiRequest) -> Caller:
    at = timezone.now()
    try:
        key = key_behind(shown_by(request), at=at)
    except Refused as refusal:
        if refusal.code in COUNTED:
            limits.note_failure(address_of(request), at=at)
        raise
    request.caller_key = key
    with_key(key.pk)
    request.allowance = limits.spend(key, at=at)
    limits.check(request.allowance)
    note_use(key, at=at)
    return Caller(key, scopes.expand(key.scopes, profile=key.profile), api_key(key))
