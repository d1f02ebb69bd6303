"""The one way to a Graph API client: by account, with its token."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from accounts.models import BusinessAccount
from whatsapp.client import CloudApi


class NoToken(Exception):
    """The account has no access token: nothing can be asked of Meta in its name."""


def client_for(account: BusinessAccount) -> CloudApi:
    """A client with the account's token; one per token, so that connections are kept alive.

    Raises: NoToken.
    """
    token = account.access_token
    if not token:
        raise NoToken(str(account.pk))
    return client_of(token)


def client_of(token: str) -> CloudApi:
    """The client of one token."""
    return _client(settings.GRAPH_API_URL, settings.GRAPH_API_VERSION, token)


@lru_cache(maxsize=256)
def _client(base_url: str, version: str, token: str) -> CloudApi:
    return CloudApi(base_url=base_url, version=version, token=token)
