"""Webhook items about accounts and numbers."""

from __future__ import annotations

import logging
from datetime import datetime

from accounts.actions.notices import note_account_update, note_number_update
from accounts.models import BusinessAccount
from whatsapp.inbound import AccountUpdate, Item, NumberUpdate

log = logging.getLogger(__name__)


def account_updates(
    item: Item,
    *,
    received_at: datetime,
    secret_fingerprint: str,  # noqa: ARG001 - every handler gets it; the digest has checked it
) -> None:
    """Lists what Meta says, and applies it; about an account that is not ours: no effect."""
    account = BusinessAccount.objects.filter(waba_id=item.waba_id).first()
    at = min(item.entry_at or received_at, received_at)
    if account is None:
        log.info("an item of field %s is for an account that is not connected here", item.field)
        return
    match item.content:
        case AccountUpdate() as update:
            note_account_update(account, update, at=at)
        case NumberUpdate() as update:
            note_number_update(account, update, at=at)
        case _:
            log.info("an item of field %s has no effect", item.field)
