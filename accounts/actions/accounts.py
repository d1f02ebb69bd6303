"""WhatsApp Business Accounts: connected, and given new secrets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.actions.numbers import repair_numbers_of
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import BusinessAccount
from accounts.refusals import Refused


@transactional
def upsert_account(
    organization_id: UUID,
    *,
    waba_id: str,
    name: str = "",
    currency: str = "",
    access_token: str = "",
    app_secret: str = "",
    verify_token: str = "",
    by: Actor,
    at: datetime,
) -> BusinessAccount:
    """The account with that WABA id, made when it is new; what is given replaces what is stored.

    A new access token sets numbers going that had stopped for want of one.

    Refuses: NUMBER_ALREADY_CONNECTED when it belongs to another organization.
    """
    account = BusinessAccount.objects.select_for_update().filter(waba_id=waba_id).first()
    if account is None:
        account = BusinessAccount(organization_id=organization_id, waba_id=waba_id)
    elif account.organization_id != organization_id:
        raise Refused(
            "NUMBER_ALREADY_CONNECTED",
            _("This WhatsApp Business Account belongs to another organization."),
        )
    given = {
        "name": name,
        "currency": currency,
        "access_token": access_token,
        "app_secret": app_secret,
        "verify_token": verify_token,
    }
    changed = [
        field for field, value in given.items() if value and value != getattr(account, field)
    ]
    for field in changed:  # an unchanged secret keeps its ciphertext
        setattr(account, field, given[field])
    if changed or account._state.adding:
        account.save()
        announce(
            "account.changed", organization_id, by=by, at=at, ids=[account.pk], changed=changed
        )
    if "access_token" in changed:
        repair_numbers_of(account.pk, by=by, at=at)
    return account
