"""System checks: a missing secret or a wrong dotted name is said at start-up, with the way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

HINTS = {
    "SECRET_KEY": "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "ENCRYPTION_KEYS": "Make one: python -c 'from cryptography.fernet import Fernet;"
    " print(Fernet.generate_key().decode())'",
    "PUBLIC_URL": "Set it to the address people open, e.g. PUBLIC_URL=https://inbox.example.com",
}

MOST_REPEATS_DAYS = 8


def check_secrets(**_kwargs: Any) -> list[CheckMessage]:
    """Errors for what production cannot do without; failpoints are refused off loopback."""
    found: list[CheckMessage] = [
        Error(f"{name} is not set.", hint=hint, id=f"baton.E{number:03}")
        for number, (name, hint) in enumerate(HINTS.items(), start=1)
        if not _value(name)
    ]
    for key in settings.ENCRYPTION_KEYS:
        try:
            Fernet(key)
        except ValueError:
            found.append(
                Error(
                    "ENCRYPTION_KEYS holds something that is no Fernet key.",
                    hint=HINTS["ENCRYPTION_KEYS"],
                    id="baton.E004",
                )
            )
    if settings.RAW_LOG_DAYS < MOST_REPEATS_DAYS:
        found.append(
            Error(
                f"RAW_LOG_DAYS is {settings.RAW_LOG_DAYS}; Meta repeats deliveries for 7 days.",
                hint=f"Keep them for {MOST_REPEATS_DAYS} days or more.",
                id="baton.E007",
            )
        )
    loopback = ("http://127.0.0.1", "http://localhost", "http://[::1]")
    wanted = settings.FAILPOINTS_ENABLED or settings.FAILPOINTS
    if wanted and not settings.PUBLIC_URL.startswith(loopback):
        found.append(
            Error(
                "FAILPOINTS are for tests on this machine: PUBLIC_URL must be loopback.",
                id="baton.E005",
            )
        )
    return found


def _value(name: str) -> object:
    """A setting, or nothing: Django raises for an empty SECRET_KEY before we could speak."""
    try:
        return getattr(settings, name)
    except ImproperlyConfigured:
        return None


def dotted_names() -> Iterator[tuple[str, str]]:
    """Every (setting, dotted name) of the composition tables."""
    tables = (
        *("WEBHOOK_HANDLERS", "WORKER_DRAINS", "PURGES", "CONNECT_STEPS", "DOCTOR_CHECKS"),
        *("TEMPLATE_USES", "BOTS", "FORGETTERS", "NUMBER_BUSY"),
    )
    for setting in tables:
        for name in getattr(settings, setting).values():
            yield setting, name
    for names in settings.EVENT_LISTENERS.values():
        for name in names:
            yield "EVENT_LISTENERS", name
    for name in settings.EVENTS_KEPT:
        yield "EVENTS_KEPT", name
    yield "LIVE_NOTIFIER", settings.LIVE_NOTIFIER
    yield "NUMBER_FACTS", settings.NUMBER_FACTS
    yield "OPEN_CONVERSATIONS_OF", settings.OPEN_CONVERSATIONS_OF
    for name in settings.AUDIT_NAMES.values():
        yield "AUDIT_NAMES", name


def check_dotted_names(**_kwargs: Any) -> list[CheckMessage]:
    """An error for each name in a composition table that leads nowhere."""
    found: list[CheckMessage] = []
    for setting, name in dotted_names():
        try:
            import_string(name)
        except ImportError as error:
            found.append(
                Error(f"{setting} names {name}, which cannot be imported: {error}", id="baton.E006")
            )
    return found
