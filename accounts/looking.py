"""Looking at a connection before anything of it is kept: token, account, number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeVar

from django.conf import settings

from accounts import setup_steps, setup_words
from accounts.graph import client_of
from accounts.models import StepState
from accounts.refusals import Refused
from accounts.setup import Outcome
from accounts.setup_faults import FAULTS, UNREACHABLE, fault
from whatsapp.answers import BusinessAccountFacts, PhoneNumberFacts
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError
from whatsapp.setup_calls import exchange_code

R = TypeVar("R")

MOST_ACCOUNTS: Final = 20
# Which input a failed look is about, by the beginning of its code.
FIELDS: Final = (
    ("token_", "access_token"),
    ("account_", "waba_id"),
    ("no_account_", "code"),
    ("number_", "phone_number_id"),
    ("code_", "code"),
)


# What Meta's codes mean when a code is exchanged, or an account is asked for.
OF_EXCHANGE: Final[Mapping[int, str]] = {100: "code_expired", 101: "app_refused", 1: "app_refused"}
OF_ACCOUNT: Final[Mapping[int, str]] = {100: "account_unknown"}


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


def look(wanted: Wanted) -> Seen:
    """Asks Meta about token, account and number. Keeps nothing.

    Refuses: VALIDATION_ERROR with the input that Meta does not take; WHATSAPP_API_ERROR;
    NUMBER_THROTTLED; UNAVAILABLE.
    """
    try:
        client = client_of(wanted.access_token)
    except ValueError as error:
        raise _refusal(Outcome(StepState.FAILED, "token_refused")) from error
    facts = _asked(lambda: client.token_facts(wanted.access_token))
    token = _passed(setup_steps.judge_token(facts, wanted.waba_id))
    account = _asked(lambda: client.business_account(wanted.waba_id), codes=OF_ACCOUNT)
    return Seen(token, account, _number_seen(client, wanted) if wanted.phone_number_id else None)


def _number_seen(client: CloudApi, wanted: Wanted) -> PhoneNumberFacts:
    ids = (wanted.waba_id, wanted.phone_number_id)
    found = _asked(lambda: setup_steps.number_of_account(client, *ids))
    if found is None:
        raise _refusal(setup_steps.number_elsewhere(*ids))
    return found


def _asked(ask: Callable[[], R], *, codes: Mapping[int, str] = MappingProxyType({})) -> R:
    """codes: what Meta's codes mean to this question."""
    try:
        return ask()
    except FAULTS as error:
        outcome = fault(error)
        if isinstance(error, CloudApiError) and error.code in codes:
            outcome = replace(outcome, code=codes[error.code])
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


def token_for(code: str) -> str:
    """The access token that the code of Meta's dialog buys, once. Refuses: as `look`."""
    return _asked(lambda: _exchanged(code), codes=OF_EXCHANGE)


def _exchanged(code: str) -> str:
    return exchange_code(
        base_url=settings.GRAPH_API_URL,
        version=settings.GRAPH_API_VERSION,
        app_id=settings.META_APP_ID,
        app_secret=settings.META_APP_SECRET,
        code=code,
    )


def account_of_token(wanted: Wanted) -> str:
    """The account that was shared: the only one, or the one that has the number.

    Refuses: as `look`.
    """
    return _asked(lambda: _account_of_token(wanted))


def _account_of_token(wanted: Wanted) -> str:
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
