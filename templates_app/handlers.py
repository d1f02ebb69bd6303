"""Webhook items about templates: applied as they come."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from accounts.models import BusinessAccount
from templates_app.actions import apply_update, ask_for_sync
from webhooks.works import Work
from whatsapp.inbound import Item, TemplateUpdate

log = logging.getLogger(__name__)


def template_updates(works: Sequence[Work]) -> None:
    """Applies Meta's notices to the templates they name; one that we do not know: no effect."""
    for work in works:
        _template_update(work.item, received_at=work.received_at)


def _template_update(item: Item, *, received_at: datetime) -> None:
    account = BusinessAccount.objects.filter(waba_id=item.waba_id).first()
    if account is None or not isinstance(item.content, TemplateUpdate):
        log.info("an item of field %s has no effect", item.field)
        return
    if item.content.change == "components":
        ask_for_sync(account)  # the webhook is a hint, not the data
        return
    said_at = item.entry_at or received_at
    apply_update(account, item.content, said_at=said_at, received_at=received_at)
