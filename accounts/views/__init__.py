"""The settings pages of this app, and answers that belong to no app's page."""

from accounts.views.health import live, ready
from accounts.views.refusals import csrf_failure, too_many

__all__ = ["csrf_failure", "live", "ready", "too_many"]
