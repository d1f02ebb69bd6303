"""Webhook items about templates: applied as they come."""

from __future__ import annotations

import logging
from datetime import datetime

from accounts.actions.notices import note
from accounts.models import BusinessAccount
from templates_app.actions import apply_update, ask_for_sync
from whatsapp.inbound import Item, TemplateUpdate

log = logging.getLogger(__name__)


def template_updates(
    item: Item,
    *,
    received_at: datetime,
    secret_fingerprint: str,  # noqa: ARG001 - every handler is called with it
) -> None:
    """Applies a notice of Meta to the template it names; one that we do not know is listed.

    secret_fingerprint: whose secret signed the delivery; the digest has checked it already.
    """
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
