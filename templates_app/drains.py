"""What the worker runs for this app: a sync of every account, at first sight and then daily."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

from django.db.models import Q

from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.models import BusinessAccount
from templates_app.actions.syncing import sync_templates

EVERY: Final = timedelta(days=1)
AFTER_A_FAILURE: Final = timedelta(minutes=5)
LOOK_EVERY_S: Final = 5.0


def sync_due(stop: threading.Event) -> bool:
    """Syncs one account whose catalogue is old or has never been read; whether there was one."""
    at = database_now()
    old = Q(template_sync=None) | Q(template_sync__finished_at__lt=at - EVERY)
    failed = Q(template_sync__complete=False, template_sync__finished_at__lt=at - AFTER_A_FAILURE)
    account = BusinessAccount.objects.filter(old | failed).exclude(access_token_sealed="").first()
    if account is None or stop.is_set():
        stop.wait(LOOK_EVERY_S)
        return False
    sync_templates(account.pk, by=SYSTEM, at=at)
    return True
