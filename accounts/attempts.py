"""Attempts to log in: which browser is known, and how long to wait when there were too many.

The counting is allauth's. Two things are ours: a browser in which somebody has logged in before
is counted by itself, so that an attack from elsewhere locks nobody out; and the page that refuses
says when to try again.
"""

from __future__ import annotations

import secrets
import time
from typing import Final

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from accounts import keys

DEVICE_COOKIE: Final = "baton_device"
DEVICE_SALT: Final = "accounts.attempts.device"
DEVICE_FOR_S: Final = 180 * 24 * 3600
# Whatever a page of the entrance may have used up, with where allauth keeps its limits.
LIMITS: Final = (
    ("allauth.account", "login"),
    ("allauth.account", "login_failed"),
    ("allauth.account", "reset_password"),
    ("allauth.account", "reset_password_from_key"),
    ("allauth.account", "reauthenticate"),
    ("allauth.account", "change_password"),
    ("allauth.mfa", "webauthn_login"),
)
AT_LEAST_S: Final = 10


def counted_as(request: HttpRequest, email: str) -> str:
    """What wrong passwords of this address are counted under: itself, or a known browser."""
    cookie = request.get_signed_cookie(DEVICE_COOKIE, "", salt=DEVICE_SALT, max_age=DEVICE_FOR_S)
    whose, _colon, device = (cookie or "").partition(":")
    return f"{email}:{device}" if device and whose == _of(email) else email


def remember_device(response: HttpResponseBase, email: str) -> None:
    """Marks this browser as one in which the owner of the address has logged in."""
    response.set_signed_cookie(
        DEVICE_COOKIE,
        f"{_of(email)}:{secrets.token_urlsafe(12)}",
        salt=DEVICE_SALT,
        max_age=DEVICE_FOR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _of(email: str) -> str:
    return keys.digest(email.lower())[:16]


def seconds_to_wait(request: HttpRequest, key: str | None = None) -> int:
    """Until the limit that was hit lets the next attempt through; a guess upwards where unknown."""
    waits = [AT_LEAST_S]
    for app, action in LIMITS:
        for rate in ratelimit.get_rates(app=app, action=action):
            if rate.per == "key" and key is None:
                continue
            if rate.per == "user" and not request.user.is_authenticated:
                continue
            name = ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)
            history = cache.get(name, [])
            if len(history) >= rate.amount:
                waits.append(int(history[rate.amount - 1] + rate.duration - time.time()) + 1)
    return max(waits)
