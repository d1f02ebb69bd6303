"""Webhook items about accounts and numbers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from accounts.actions.notices import note_account_update, note_number_update
from accounts.models import BusinessAccount
from whatsapp.inbound import AccountUpdate, Item, NumberUpdate

log = logging.getLogger(__name__)


class Told(Protocol):
    """What this app needs of the digest's `Work`; it is below the digest and cannot name it."""

    @property
    def item(self) -> Item: ...
    @property
    def received_at(self) -> datetime: ...


def account_updates(works: Sequence[Told]) -> None:
    """Lists what Meta says, and applies it; about an account that is not ours: no effect."""
    for work in works:
        _account_update(work.item, received_at=work.received_at)


def _account_update(item: Item, *, received_at: datetime) -> None:
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
