"""What came by webhook and belongs to no thread: listed where an admin looks, under the numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from accounts.actions.notices import note
from accounts.models import BusinessAccount, PhoneNumber
from inbox.models import Contact, Conversation
from webhooks.secrets import fingerprints_for
from whatsapp.inbound import HistoryNotice, Item

STEP: Final = 25  # per cent: an import of a year must not fill the list
FROM_DASHBOARD: Final = "0"  # the account that Meta's test button names


def note_history(number: PhoneNumber, notice: HistoryNotice, *, at: datetime) -> None:
    """How far the import of the phone's history is, in quarters, or why there is none."""
    name = number.short_name or number.display_phone_number
    if notice.declined:
        note(number.account, at=at, about="history", event="declined", details=[name])
    elif notice.errors:
        error = notice.errors[0]
        why = error.details or error.title or str(error.code)
        note(number.account, at=at, about="history", event="failed", details=[name, why])
    elif notice.progress == 100:
        note(number.account, at=at, about="history", event="done", details=[name])
    elif notice.progress is not None:
        percent = str(notice.progress // STEP * STEP)
        note(number.account, at=at, about="history", event="progress", details=[name, percent])


def note_address_book(number: PhoneNumber, *, at: datetime) -> None:
    """Entries of the phone's address book came: said once, not once for each."""
    name = number.short_name or number.display_phone_number
    note(number.account, at=at, about="address_book", details=[name])


def note_if_stranger_changed(number: PhoneNumber, contact: Contact, *, at: datetime) -> None:
    """A contact was made for new identifiers, and there is no thread of theirs to tell it in."""
    if Conversation.objects.filter(contact=contact).exists():
        return
    name = number.short_name or number.display_phone_number
    note(number.account, at=at, about="identity_unknown", details=[name])


def note_not_connected(item: Item, *, secret_fingerprint: str, at: datetime) -> None:
    """An item for a number that is not here, told to those whose secret signed it.

    Where several organizations share the secret, only the dashboard's test, which is nobody's.
    """
    accounts: dict[UUID, BusinessAccount] = {}
    for account in BusinessAccount.objects.order_by("pk"):
        if secret_fingerprint in fingerprints_for(account, at=at):
            accounts.setdefault(account.organization_id, account)
    for account in accounts.values():
        if item.waba_id == FROM_DASHBOARD:
            note(account, at=at, about="dashboard_test")
        elif len(accounts) == 1:
            note(account, at=at, about="not_connected", details=[item.phone_number_id or "–"])
