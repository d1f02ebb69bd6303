"""Connecting a number: everything is looked at before a row is written, then step after step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import setup_steps, setup_words
from accounts.actions.accounts import make_verify_token, rotate_app_secret, upsert_account
from accounts.actions.numbers import describe_number, upsert_number
from accounts.actions.setup import begin_setup, keep_step, open_steps
from accounts.actors import Actor
from accounts.events import transactional
from accounts.graph import client_of
from accounts.models import BusinessAccount, PhoneNumber, StepState
from accounts.refusals import Refused
from accounts.setup import SETTLED, Outcome, Setup, Step, done
from accounts.setup_faults import FAULTS, STOPS, UNREACHABLE, fault
from whatsapp.answers import BusinessAccountFacts, PhoneNumberFacts
from whatsapp.client import CloudApi
from whatsapp.setup_calls import exchange_code

R = TypeVar("R")

# When a connection is made again with another app secret, the one before still signs that long.
OLD_SECRET_FOR: Final = timedelta(hours=24)
MOST_ACCOUNTS: Final = 20
# Which input a failed look is about, by the beginning of its code.
FIELDS: Final = (
    ("token_", "access_token"),
    ("account_", "waba_id"),
    ("no_account_", "code"),
    ("number_", "phone_number_id"),
    ("code_", "code"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody gives to connect. pin: six digits, "" for none. Ids are Meta's."""

    waba_id: str
    phone_number_id: str
    access_token: str
    app_secret: str = ""
    verify_token: str = ""
    pin: str = ""
    coexistence: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What Meta says before anything is kept. number: None where no number was named."""

    token: Outcome
    account: BusinessAccountFacts
    number: PhoneNumberFacts | None


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
    token = _asked(lambda: _exchanged(code))
    given = replace(wanted, access_token=token)
    if not given.waba_id:
        given = replace(given, waba_id=_asked(lambda: _account_of_token(given)))
    return connect(organization_id, given, by=by, at=at)


def _exchanged(code: str) -> str:
    return exchange_code(
        base_url=settings.GRAPH_API_URL,
        version=settings.GRAPH_API_VERSION,
        app_id=settings.META_APP_ID,
        app_secret=settings.META_APP_SECRET,
        code=code,
    )


def _account_of_token(wanted: Wanted) -> str:
    """The account that was shared: the only one, or the one that has the number."""
    client = client_of(wanted.access_token)
    ids = client.token_facts(wanted.access_token).account_ids[:MOST_ACCOUNTS]
    if len(ids) == 1:
        return ids[0]
    for waba_id in ids if wanted.phone_number_id else ():
        if any(one.id == wanted.phone_number_id for one in client.phone_numbers(waba_id)):
            return waba_id
    raise _refusal(_ambiguous(ids))


def _ambiguous(ids: Iterable[str]) -> Outcome:
    named = ", ".join(ids)
    code = "account_ambiguous" if named else "no_account_given"
    return Outcome(StepState.FAILED, code, {"accounts": named})


def connect(organization_id: UUID, wanted: Wanted, *, by: Actor, at: datetime) -> Connected:
    """Looks at token, account and number; keeps them together or not at all; then every step.

    Calls Meta: not to be called inside a transaction. A step that fails afterwards undoes nothing;
    the number then says what is missing.
    Refuses: NUMBER_ALREADY_CONNECTED; VALIDATION_ERROR with the input that Meta does not take;
    WHATSAPP_API_ERROR; UNAVAILABLE.
    """
    _check_ours(organization_id, wanted)
    seen = look(wanted)
    connected = _keep(organization_id, wanted, seen, by=by, at=at)
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


def look(wanted: Wanted) -> Seen:
    """Asks Meta about token, account and number. Keeps nothing. Refuses: as `connect`."""
    try:
        client = client_of(wanted.access_token)
    except ValueError as error:
        raise _refusal(Outcome(StepState.FAILED, "token_refused")) from error
    facts = _asked(lambda: client.token_facts(wanted.access_token))
    token = _passed(setup_steps.judge_token(facts, wanted.waba_id))
    account = _asked(lambda: client.business_account(wanted.waba_id), unknown="account_unknown")
    return Seen(token, account, _number_seen(client, wanted) if wanted.phone_number_id else None)


def _number_seen(client: CloudApi, wanted: Wanted) -> PhoneNumberFacts:
    ids = (wanted.waba_id, wanted.phone_number_id)
    found = _asked(lambda: setup_steps.number_of_account(client, *ids))
    if found is None:
        raise _refusal(setup_steps.number_elsewhere(*ids))
    return found


def _asked(ask: Callable[[], R], *, unknown: str = "") -> R:
    """unknown: the code for an id that Meta does not know."""
    try:
        return ask()
    except FAULTS as error:
        outcome = fault(error)
        if outcome.code == "unknown_object" and unknown:
            outcome = replace(outcome, code=unknown)
        raise _refusal(outcome) from error


def _passed(outcome: Outcome) -> Outcome:
    if outcome.state == StepState.FAILED:
        raise _refusal(outcome)
    return outcome


def _refusal(outcome: Outcome) -> Refused:
    sentence = setup_words.sentence(outcome.code, outcome.facts)
    if outcome.code in UNREACHABLE:
        return Refused("UNAVAILABLE", sentence)
    if outcome.code == "rests":
        return Refused("NUMBER_THROTTLED", sentence)
    field = next((field for start, field in FIELDS if outcome.code.startswith(start)), None)
    return Refused("VALIDATION_ERROR" if field else "WHATSAPP_API_ERROR", sentence, field=field)


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
    changes_secret = before is not None and wanted.app_secret not in ("", before.app_secret)
    account = upsert_account(
        organization_id,
        waba_id=wanted.waba_id,
        name=(facts.name or "")[:200],
        currency=(facts.currency or "")[:8],
        access_token=wanted.access_token,
        app_secret="" if changes_secret else wanted.app_secret,
        verify_token=wanted.verify_token,
        by=by,
        at=at,
    )
    if changes_secret:
        until = at + OLD_SECRET_FOR
        rotate_app_secret(account.pk, app_secret=wanted.app_secret, old_until=until, by=by, at=at)
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
