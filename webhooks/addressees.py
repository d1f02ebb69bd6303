"""Who an item is for, and whether the secret that signed its delivery may speak for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import BusinessAccount, PhoneNumber
from webhooks.secrets import fingerprints_for
from webhooks.works import Work
from whatsapp.inbound import Item


@dataclass(frozen=True, slots=True)
class Addressees:
    """The accounts that a chunk of items names, by the ids of Meta."""

    by_number: dict[str, BusinessAccount]
    by_waba: dict[str, BusinessAccount]

    def accounts(self, item: Item) -> list[BusinessAccount]:
        """Ours among the number and the WABA that the item names; the number's first."""
        named = (self.by_number.get(item.phone_number_id or ""), self.by_waba.get(item.waba_id))
        return [account for account in named if account]

    def organization_id(self, item: Item) -> UUID | None:
        """Whose item it is; None when it names nobody of ours."""
        accounts = self.accounts(item)
        return accounts[0].organization_id if accounts else None

    def stranger_to(self, work: Work) -> BusinessAccount | None:
        """An account that the item names although no secret of it signed the delivery."""
        for account in self.accounts(work.item):
            if work.secret_fingerprint not in fingerprints_for(account, at=work.received_at):
                return account
        return None


def addressees(items: Sequence[Item]) -> Addressees:
    """The accounts that these items name. Two queries for any number of items."""
    number_ids = {item.phone_number_id for item in items if item.phone_number_id}
    waba_ids = {item.waba_id for item in items}
    numbers = PhoneNumber.objects.filter(meta_phone_number_id__in=number_ids)
    return Addressees(
        by_number={
            row.meta_phone_number_id: row.account for row in numbers.select_related("account")
        },
        by_waba={row.waba_id: row for row in BusinessAccount.objects.filter(waba_id__in=waba_ids)},
    )
