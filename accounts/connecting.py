"""Connecting a number: everything is looked at before a row is written, then step after step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import setup_steps
from accounts.actions.accounts import make_verify_token, rotate_app_secret, upsert_account
from accounts.actions.numbers import describe_number, upsert_number
from accounts.actions.setup import begin_setup, keep_step, open_steps
from accounts.actors import Actor
from accounts.events import transactional
from accounts.looking import Seen, Wanted, account_of_token, look, token_for
from accounts.models import BusinessAccount, PhoneNumber
from accounts.refusals import Refused
from accounts.setup import SETTLED, Outcome, Setup, Step, done
from accounts.setup_faults import FAULTS, STOPS, fault
from whatsapp.answers import BusinessAccountFacts, PhoneNumberFacts

R = TypeVar("R")

# When a connection is made again with another app secret, the one before still signs that long.
OLD_SECRET_FOR: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Connected:
    """What there is now. is_new: the number was not connected before. number: None for none."""

    account: BusinessAccount
    number: PhoneNumber | None
    is_new: bool


def connect_by_code(
    organization_id: UUID, code: str, wanted: Wanted, *, by: Actor, at: datetime
) -> Connected:
    """Completes Meta's Embedded Signup. wanted: without its token, which the code becomes.

    Refuses: META_APP_NOT_CONFIGURED, and as `connect`; VALIDATION_ERROR (code) for one that is
    too old or used.
    """
    if not (settings.META_APP_ID and settings.META_APP_SECRET):
        raise Refused(
            "META_APP_NOT_CONFIGURED",
            _("This installation has no app at Meta yet: META_APP_ID and META_APP_SECRET."),
        )
    _check_ours(organization_id, wanted)
    token = token_for(code)
    given = replace(wanted, access_token=token)
    if not given.waba_id:
        given = replace(given, waba_id=account_of_token(given))
    return connect(organization_id, given, by=by, at=at)


def connect(organization_id: UUID, wanted: Wanted, *, by: Actor, at: datetime) -> Connected:
    """Looks at token, account and number; keeps them together or not at all; then every step.

    Calls Meta: not to be called inside a transaction. A step that fails afterwards undoes nothing;
    the number then says what is missing.
    Refuses: NUMBER_ALREADY_CONNECTED; STATE_CONFLICT; VALIDATION_ERROR with the input that Meta
    does not take;
    WHATSAPP_API_ERROR; UNAVAILABLE.
    """
    _check_ours(organization_id, wanted)
    seen = look(wanted)
    try:
        connected = _keep(organization_id, wanted, seen, by=by, at=at)
    except IntegrityError as error:
        sentence = _("Somebody has just connected it, too. Look at the list of numbers.")
        raise Refused("STATE_CONFLICT", sentence) from error
    if connected.number is not None:
        names = [name for name in settings.CONNECT_STEPS if name not in LOOKED_AT]
        take_steps(connected.number.pk, names, pin=wanted.pin, revive=True, by=by, at=at)
        connected.number.refresh_from_db()
    return connected


LOOKED_AT: Final = ("check_token", "read_account", "read_number")


def _check_ours(organization_id: UUID, wanted: Wanted) -> None:
    accounts = BusinessAccount.objects.filter(waba_id=wanted.waba_id)
    numbers = PhoneNumber.objects.filter(meta_phone_number_id=wanted.phone_number_id)
    if any(rows.exclude(organization=organization_id).exists() for rows in (accounts, numbers)):
        raise Refused(
            "NUMBER_ALREADY_CONNECTED",
            _("This number or its account belongs to another organization of this installation."),
        )


@transactional
def _keep(
    organization_id: UUID, wanted: Wanted, seen: Seen, *, by: Actor, at: datetime
) -> Connected:
    account = _account(organization_id, wanted, seen.account, by=by, at=at)
    if seen.number is None:
        return Connected(account, None, is_new=True)
    known = PhoneNumber.objects.filter(meta_phone_number_id=seen.number.id, removed_at=None)
    is_new = not known.exists()
    number = upsert_number(
        account,
        meta_phone_number_id=seen.number.id,
        display_phone_number=(seen.number.display_phone_number or "")[:32],
        set_up=False,
        by=by,
        at=at,
    )
    described = setup_steps.described(seen.number)
    described["coexistence"] = described.get("coexistence", False) or wanted.coexistence
    number = describe_number(number.pk, by=by, at=at, **described)
    begin_setup(number.pk, _known(seen, seen.number, account), at=at)
    open_steps(number.pk, [name for name in settings.CONNECT_STEPS if name not in LOOKED_AT])
    return Connected(account, number, is_new)


def _known(seen: Seen, number: PhoneNumberFacts, account: BusinessAccount) -> dict[str, Outcome]:
    return {
        "check_token": seen.token,
        "read_account": done("account_read", name=account.name or account.waba_id),
        "read_number": setup_steps.number_read(number),
    }


def _account(
    organization_id: UUID, wanted: Wanted, facts: BusinessAccountFacts, *, by: Actor, at: datetime
) -> BusinessAccount:
    before = BusinessAccount.objects.filter(waba_id=wanted.waba_id).first()
    signing = (before.app_secret if before else "") or settings.META_APP_SECRET
    app_secret = "" if wanted.app_secret == signing else wanted.app_secret
    changes_secret = before is not None and app_secret != ""
    account = upsert_account(
        organization_id,
        waba_id=wanted.waba_id,
        name=(facts.name or "")[:200],
        currency=(facts.currency or "")[:8],
        access_token=wanted.access_token,
        app_secret="" if changes_secret else app_secret,
        verify_token=wanted.verify_token,
        by=by,
        at=at,
    )
    if changes_secret:
        until = at + OLD_SECRET_FOR
        rotate_app_secret(account.pk, app_secret=app_secret, old_until=until, by=by, at=at)
    if not account.verify_token:
        make_verify_token(account.pk, by=by, at=at)
    return BusinessAccount.objects.get(pk=account.pk)


def take_steps(
    number_id: UUID,
    names: Iterable[str],
    *,
    pin: str = "",
    here: bool = False,
    revive: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Takes these steps in order and keeps how each came out, before the next begins.

    Ends early where no later step can come out better; those stay open. pin, here: as in `Setup`.
    revive: a number that an admin had stopped sends again afterwards.
    """
    for name in names:
        number = PhoneNumber.objects.select_related("account").get(pk=number_id)
        outcome = _taken(name, Setup(number, by, at, pin=pin, here=here))
        keep_step(number_id, name, outcome, revive=revive, by=by, at=at)
        if outcome.code in STOPS:
            return


def _taken(name: str, setup: Setup) -> Outcome:
    step: Step = import_string(settings.CONNECT_STEPS[name])
    try:
        return step(setup)
    except FAULTS as error:
        return fault(error)


def take_from(
    number_id: UUID, name: str, *, pin: str = "", here: bool = False, by: Actor, at: datetime
) -> None:
    """Takes this step again, and what is not settled after it. name: one of `CONNECT_STEPS`."""
    states = dict(PhoneNumber.objects.get(pk=number_id).setup_steps.values_list("name", "state"))
    names = list(settings.CONNECT_STEPS)
    later = [one for one in names[names.index(name) + 1 :] if states.get(one) not in SETTLED]
    take_steps(number_id, [name, *later], pin=pin, here=here, by=by, at=at)


def reconnect(
    number_id: UUID, *, access_token: str = "", pin: str = "", by: Actor, at: datetime
) -> None:
    """Every step again, with another token if one is given; then what waited goes out.

    A token that Meta does not take is not kept. Refuses: as `connect`.
    """
    number = PhoneNumber.objects.select_related("account").get(pk=number_id)
    if access_token:
        replace_token(number.account, access_token, by=by, at=at)
    names = list(settings.CONNECT_STEPS)
    open_steps(number_id, names)
    take_steps(number_id, names, pin=pin, revive=True, by=by, at=at)


def replace_token(account: BusinessAccount, token: str, *, by: Actor, at: datetime) -> Outcome:
    """Another token for the account, looked at before it is kept. Numbers that waited go on.

    Refuses: as `connect`.
    """
    seen = look(Wanted(account.waba_id, "", token))
    upsert_account(
        account.organization_id, waba_id=account.waba_id, access_token=token, by=by, at=at
    )
    return seen.token
