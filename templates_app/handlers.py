"""Webhook items about templates: applied as they come."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from accounts.actions.notices import note
from accounts.models import BusinessAccount
from templates_app.actions import apply_update, ask_for_sync
from webhooks.works import Work
from whatsapp.inbound import Item, TemplateUpdate

log = logging.getLogger(__name__)


def template_updates(works: Sequence[Work]) -> None:
    """Applies Meta's notices to the templates they name; one that we do not know is listed."""
    for work in works:
        _template_update(work.item, received_at=work.received_at)


def _template_update(item: Item, *, received_at: datetime) -> None:
    account = BusinessAccount.objects.filter(waba_id=item.waba_id).first()
    if account is None or not isinstance(item.content, TemplateUpdate):
        log.info("an item of field %s has no effect", item.field)
        return
    update, said_at = item.content, item.entry_at or received_at
    names = [update.name or update.template_id, update.language or "–"]
    if update.change == "components":
        ask_for_sync(account)  # the webhook is a hint, not the data
        note(account, at=received_at, about="template_edited", details=names)
    elif not apply_update(account, update, said_at=said_at, received_at=received_at):
        ask_for_sync(account)
        what = update.event or f"{update.change} {update.new_quality or update.new_category}"
        note(account, at=received_at, about="template_unknown", event=what, details=names)
