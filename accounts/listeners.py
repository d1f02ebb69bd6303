"""What the login library says by signals only, and the audit log has to know.

The house has no signals of its own: these are Django's and allauth's, and this is the one place
that listens. `accounts.apps` connects them once.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from allauth.account import signals as account
from django.apps import apps
from django.contrib.auth import signals as auth
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actions import logins
from accounts.models import Person

FACTORS: Final = {"added": "added", "removed": "removed", "reset": "renewed"}


def connect() -> None:
    """Once, when the apps are there. Of the second factor only where it is installed."""
    account.user_logged_in.connect(_logged_in)
    auth.user_logged_out.connect(_logged_out)
    auth.user_login_failed.connect(_login_failed)
    for changed in (account.password_changed, account.password_set):
        changed.connect(_password_changed)
    account.password_reset.connect(_password_reset)
    if apps.is_installed("allauth.mfa"):
        for name, change in FACTORS.items():
            signal = import_string(f"allauth.mfa.signals.authenticator_{name}")
            signal.connect(partial(_factor, change), weak=False, dispatch_uid=change)
        import_string("allauth.mfa.signals.authentication_failed").connect(_factor_failed)


def _logged_in(user: Person, **_signal: Any) -> None:
    logins.note_login(user, at=timezone.now())


def _logged_out(user: Person | None, **_signal: Any) -> None:
    if isinstance(user, Person):
        logins.note_logout(user, at=timezone.now())


def _login_failed(credentials: dict[str, Any], request: object = None, **_signal: Any) -> None:
    email = credentials.get("email") or credentials.get("username") or ""
    if request is not None:
        logins.note_failed_login(str(email), reason="password", at=timezone.now())


def _password_changed(user: Person, **_signal: Any) -> None:
    logins.note_new_password(user, by_link=False, at=timezone.now())


def _password_reset(user: Person, **_signal: Any) -> None:
    logins.note_new_password(user, by_link=True, at=timezone.now())


def _factor(change: str, user: Person, authenticator: Any, **_signal: Any) -> None:
    factor = str(authenticator.type)
    logins.note_factor(user, change=change, factor=factor, at=timezone.now())


def _factor_failed(user: Person, **_signal: Any) -> None:
    logins.note_failed_login(user.email, reason="code", at=timezone.now())
