"""A step of connecting a number (`CONNECT_STEPS`): its account's templates are read."""

from __future__ import annotations

from accounts.setup import Outcome, Setup, done, failed
from templates_app.actions import sync_templates


def sync(setup: Setup) -> Outcome:
    """Reads Meta's whole list."""
    result = sync_templates(setup.number.account_id, by=setup.by, at=setup.at)
    if result.error:
        return failed("templates_failed", why=result.error)
    return done("templates_read", total=result.total)
