"""What the login library says by signals only, and the audit log has to know.

The rest it tells its adapter (`accounts.adapter`).

The house has no signals of its own: these are Django's and allauth's, and this is the one place
that listens. `accounts.apps` connects them once.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth import signals as auth
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actions import logins
from accounts.models import Person


def connect() -> None:
    """Once, when the apps are there. Of the second factor only where it is installed."""
    auth.user_logged_out.connect(_logged_out)
    auth.user_login_failed.connect(_login_failed)
    if apps.is_installed("allauth.mfa"):
        import_string("allauth.mfa.signals.authentication_failed").connect(_factor_failed)


def _logged_out(user: Person | None, **_signal: Any) -> None:
    if isinstance(user, Person):
        logins.note_logout(user, at=timezone.now())


def _login_failed(credentials: dict[str, Any], request: object = None, **_signal: Any) -> None:
    email = credentials.get("email") or credentials.get("username") or ""
    if request is not None:
        logins.note_failed_login(str(email), reason="password", at=timezone.now())


def _factor_failed(user: Person, **_signal: Any) -> None:
    logins.note_failed_login(user.email, reason="code", at=timezone.now())
