"""Single sign-on by OpenID Connect, from the environment: which issuers, under which names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("id", "name", "issuer", "client_id", "client_secret")


@dataclass(frozen=True, slots=True)
class SignOn:
    """One issuer. app: as allauth wants it. origins: where the login form may lead."""

    app: dict[str, Any]
    origins: tuple[str, ...]


def sign_ons(several: str, one: Mapping[str, str]) -> list[SignOn]:
    """The issuers of `OIDC_PROVIDERS` (a JSON list), and that of `OIDC_ISSUER` and its relatives.

    Raises: ImproperlyConfigured with the setting and what is wrong with it.
    """
    given: list[Mapping[str, Any]] = []
    if several:
        try:
            given += json.loads(several)
        except (ValueError, TypeError) as error:
            raise ImproperlyConfigured(f"OIDC_PROVIDERS is no JSON list: {error}") from error
    if one.get("issuer"):
        given.append({"id": "sso", **one})
    return [_sign_on(entry) for entry in given]


def _sign_on(entry: Mapping[str, Any]) -> SignOn:
    if not isinstance(entry, Mapping) or not all(entry.get(field) for field in NEEDED):
        raise ImproperlyConfigured(
            "An OpenID Connect provider needs " + ", ".join(NEEDED) + " (OIDC_PROVIDERS)."
        )
    if not re.fullmatch(r"[a-z0-9-]+", str(entry["id"])):
        raise ImproperlyConfigured(
            f"OIDC_PROVIDERS: the id {entry['id']!r} may hold small letters, digits and dashes."
        )
    issuer = str(entry["issuer"]).rstrip("/")
    options = {"server_url": issuer, "verified_email": bool(entry.get("trusts_email", False))}
    app = {
        "provider_id": entry["id"],
        "name": entry["name"],
        "client_id": entry["client_id"],
        "secret": entry["client_secret"],
        "settings": options,
    }
    # Some issuers log people in on another host than their own (`login_url`).
    places = [issuer, str(entry.get("login_url") or issuer)]
    return SignOn(app, tuple(dict.fromkeys(_origin(place) for place in places)))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ImproperlyConfigured(f"{url!r} is no address of an issuer (OIDC_ISSUER).")
    return f"{parts.scheme}://{parts.netloc}"
