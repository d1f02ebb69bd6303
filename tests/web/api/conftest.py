"""A key, and a client that shows it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.actors import SYSTEM
from accounts.keys import MadeKey
from accounts.models import Organization
from tests.cast import Cast, a_cast
from tests.web.api.somebodys_site import site

__all__ = ["PREFIX", "Caller", "a_key", "basic", "site"]
PREFIX = "/api/v1/whatsapp"


def a_key(organization: Organization, name: str = "shop", **fields: Any) -> MadeKey:
    return create_key(organization.pk, name=name, by=SYSTEM, at=timezone.now(), **fields)


def basic(user: str, password: str = "") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@dataclass
class Caller:
    """A program with a key. `headers` go with every request."""

    key: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(PREFIX + path, headers=self._all(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.client.post(
            PREFIX + path, sent, content_type="application/json", headers=self._all(headers)
        )

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(
            PREFIX + path,
            json.dumps(body),
            content_type="application/json",
            headers=self._all(headers),
        )

    def _all(self, headers: dict[str, str]) -> dict[str, str]:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return key | self.headers | own


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def cast(db) -> Cast:
    return a_cast()


@pytest.fixture
def made(cast: Cast) -> MadeKey:
    return a_key(cast.organization)


@pytest.fixture
def shop(made: MadeKey) -> Caller:
    """A program that may do everything."""
    return Caller(made.key)
