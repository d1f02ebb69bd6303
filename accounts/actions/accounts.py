"""WhatsApp Business Accounts: connected, and given new secrets."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actions.checkups import ask_for_checkup
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

    A new access token sets numbers going that had stopped for want of one, and all of the
    account's are looked at: what was said of the old token would else stand for minutes.

    Refuses: NUMBER_ALREADY_CONNECTED when it belongs to another organization.
    """
    account = BusinessAccount.objects.select_for_update(no_key=True).filter(waba_id=waba_id).first()
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
        for number_id in account.numbers.filter(removed_at=None).values_list("pk", flat=True):
            ask_for_checkup(number_id, by=by, at=at)
    return account


@transactional
def rotate_app_secret(
    account_id: UUID, *, app_secret: str, old_until: datetime, by: Actor, at: datetime
) -> None:
    """The app has a new secret at Meta; what comes with the one before counts until then.

    old_until: from `at` on. What came before and is digested later counts, too.
    Before an account has a secret of its own, the installation's signs for it.
    Refuses: VALIDATION_ERROR (app_secret) for the one that is in use.
    """
    account = BusinessAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    before = account.app_secret or settings.META_APP_SECRET
    if app_secret == before:
        raise Refused("VALIDATION_ERROR", _("This secret is in use already."), field="app_secret")
    account.previous_app_secret = before
    account.previous_app_secret_until = max(old_until, at)
    account.app_secret = app_secret
    account.save(
        update_fields=[
            "app_secret_sealed",
            "previous_app_secret_sealed",
            "previous_app_secret_until",
        ]
    )
    _announce_secret(account, "account.app_secret_rotated", by=by, at=at)


@transactional
def make_verify_token(account_id: UUID, *, by: Actor, at: datetime) -> str:
    """A fresh token for Meta's challenge, 256 random bits; it replaces the account's own one."""
    account = BusinessAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    account.verify_token = token = secrets.token_urlsafe(32)
    account.save(update_fields=["verify_token_sealed"])
    _announce_secret(account, "account.verify_token_made", by=by, at=at)
    return token


def _announce_secret(account: BusinessAccount, kind: str, *, by: Actor, at: datetime) -> None:
    announce(kind, account.organization_id, by=by, at=at, ids=[account.pk])
