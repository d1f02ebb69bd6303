"""The steps of connecting a number that ask Meta; each may be taken again at any time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.actions.accounts import make_verify_token, upsert_account
from accounts.actions.numbers import describe_number
from accounts.graph import client_for
from accounts.models import PhoneNumber, StepState
from accounts.queries import number_facts
from accounts.setup import Outcome, Setup, done, failed, skipped, waiting
from whatsapp.answers import PhoneNumberFacts
from whatsapp.client import CloudApi
from whatsapp.errors import CloudApiError
from whatsapp.setup_calls import MANAGEMENT, MESSAGING, TokenFacts

CONNECTED = "CONNECTED"
ALREADY_ASKED = 2593107


def webhook_url() -> str:
    """Where Meta delivers to."""
    return f"{settings.PUBLIC_URL}/webhooks/whatsapp/"


def check_token(setup: Setup) -> Outcome:
    """The account's token is valid, has both permissions, and was given the account."""
    account = setup.number.account
    facts = client_for(account).token_facts(account.access_token)
    return judge_token(facts, account.waba_id)


def judge_token(facts: TokenFacts, waba_id: str) -> Outcome:
    """What is wrong with a token for this account."""
    if not facts.is_valid:
        return failed("token_refused")
    if missing := sorted({MANAGEMENT, MESSAGING} - facts.scopes):
        return failed("token_lacks_scope", scopes=", ".join(missing))
    if waba_id and facts.account_ids and waba_id not in facts.account_ids:
        return failed("token_other_account", waba_id=waba_id)
    if facts.expires_at is None:
        return done("token_works")
    return done("token_works_until", until=facts.expires_at.isoformat())


def read_account(setup: Setup) -> Outcome:
    """Name and currency of the account, kept."""
    account = setup.number.account
    facts = client_for(account).business_account(account.waba_id)
    upsert_account(
        account.organization_id,
        waba_id=account.waba_id,
        name=(facts.name or "")[:200],
        currency=(facts.currency or "")[:8],
        by=setup.by,
        at=setup.at,
    )
    return done("account_read", name=facts.name or account.waba_id)


def read_number(setup: Setup) -> Outcome:
    """The number is one of the account's; what Meta says of it is kept."""
    number = setup.number
    client = client_for(number.account)
    facts = number_of_account(client, number.account.waba_id, number.meta_phone_number_id)
    if facts is None:
        return number_elsewhere(number.account.waba_id, number.meta_phone_number_id)
    describe_number(number.pk, by=setup.by, at=setup.at, **described(facts))
    return number_read(facts)


def number_of_account(
    client: CloudApi, waba_id: str, phone_number_id: str
) -> PhoneNumberFacts | None:
    """Everything Meta says about a number of this account; None for one of another."""
    if all(one.id != phone_number_id for one in client.phone_numbers(waba_id)):
        return None
    return client.phone_number(phone_number_id)


def number_elsewhere(waba_id: str, phone_number_id: str) -> Outcome:
    """The two ids do not belong together."""
    return failed("number_elsewhere", number_id=phone_number_id, waba_id=waba_id)


def number_read(facts: PhoneNumberFacts) -> Outcome:
    """The number is the account's."""
    return done(
        "number_read",
        display=facts.display_phone_number or facts.id,
        name=facts.verified_name or "–",
    )


def described(facts: PhoneNumberFacts) -> dict[str, Any]:
    """What is kept of it (`describe_number`); what Meta leaves out stays as it was."""
    told = {
        "verified_name": (facts.verified_name or "")[:200],
        "quality_rating": (facts.quality_rating or "")[:12],
        "messaging_limit": (facts.messaging_limit or "")[:24],
        "throughput": (facts.throughput or "")[:16],
    }
    kept: dict[str, Any] = {name: value for name, value in told.items() if value}
    if facts.account_mode:
        kept["sandbox"] = facts.account_mode == "SANDBOX"
    if facts.is_on_biz_app is not None:
        kept["coexistence"] = facts.is_on_biz_app
    return kept


def subscribe_app(setup: Setup) -> Outcome:
    """The token's app hears of the account. An address of its own that it has is left as it is."""
    account = setup.number.account
    client = client_for(account)
    app_id = client.token_facts(account.access_token).app_id
    if _is_subscribed(client, account.waba_id, app_id):
        return done("subscribed")
    outcome = _subscribed(setup, client)
    if outcome.state == StepState.DONE and not _is_subscribed(client, account.waba_id, app_id):
        return failed("not_subscribed")
    return outcome


def _subscribed(setup: Setup, client: CloudApi) -> Outcome:
    """Without an address it takes one away that is set: ours is named again."""
    number = setup.number
    told = client.phone_number(number.meta_phone_number_id).webhook_configuration or {}
    if _same(str(told.get("whatsapp_business_account") or ""), webhook_url()):
        outcome = _with_challenge(setup, client)
        return outcome if outcome.state != StepState.DONE else done("subscribed")
    client.subscribe_app(number.account.waba_id)
    return done("subscribed")


def _is_subscribed(client: CloudApi, waba_id: str, app_id: str) -> bool:
    apps = [row.get("whatsapp_business_api_data") or {} for row in client.subscribed_apps(waba_id)]
    return any(not app_id or str(app.get("id")) == app_id for app in apps)


def register_number(setup: Setup) -> Outcome:
    """Registers with the PIN that was given; without one the number has to be registered."""
    number = setup.number
    client = client_for(number.account)
    if number.coexistence:
        return skipped("in_phone_app")
    if setup.pin:
        client.register(number.meta_phone_number_id, setup.pin)
        return done("registered")
    if client.phone_number(number.meta_phone_number_id).status == CONNECTED:
        return skipped("registered_before")
    return waiting("pin_needed")


def check_webhook(setup: Setup) -> Outcome:
    """Messages of the number are delivered here: number, then account, then app decides.

    Where nobody gets them, or where `here` asks for it, what leads elsewhere is taken away, or this
    address is set; Meta then sends its challenge at once.
    """
    number = setup.number
    client = client_for(number.account)
    told = client.phone_number(number.meta_phone_number_id).webhook_configuration
    if told is None:
        return waiting("webhook_unseen")
    address = effective_address(told)
    if _same(address, webhook_url()):
        return done("webhook_here")
    if address and not setup.here:
        return failed("webhook_elsewhere", address=address)
    return _deliver_here(setup, client, told)


def effective_address(configuration: dict[str, Any]) -> str:
    """The address that counts, "" for none. configuration: as Graph tells it of a number."""
    places = ("phone_number", "whatsapp_business_account", "application")
    return next((str(configuration[one]) for one in places if configuration.get(one)), "")


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _deliver_here(setup: Setup, client: CloudApi, told: dict[str, Any]) -> Outcome:
    number = setup.number
    if _same(str(told.get("application") or ""), webhook_url()):
        client.subscribe_app(number.account.waba_id)  # takes an address of the account's own away
        outcome = done("webhook_here")
    else:
        outcome = _with_challenge(setup, client)
    if outcome.state == StepState.DONE and told.get("phone_number"):
        client.set_number_callback(number.meta_phone_number_id)  # last: until then nothing is lost
    return outcome


def _with_challenge(setup: Setup, client: CloudApi) -> Outcome:
    account = setup.number.account
    token = account.verify_token or make_verify_token(account.pk, by=setup.by, at=setup.at)
    try:
        client.subscribe_app(account.waba_id, callback_url=webhook_url(), verify_token=token)
    except CloudApiError as error:
        if error.code != 100:
            raise
        return failed("challenge_failed", address=webhook_url(), details=error.details)
    return done("webhook_moved")


def start_sync(setup: Setup) -> Outcome:
    """Asks the phone app for its contacts and history, where the number lives there, too."""
    number = setup.number
    if not number.coexistence:
        return skipped("")
    client = client_for(number.account)
    for kind in ("smb_app_state_sync", "history"):
        try:
            client.start_sync(number.meta_phone_number_id, kind)
        except CloudApiError as error:
            if error.code != ALREADY_ASKED:
                raise
    return done("sync_asked")


def test_message(setup: Setup) -> Outcome:
    """Whether a customer's message has arrived at the number. Asks nobody."""
    return judge_traffic(setup.number)


def judge_traffic(number: PhoneNumber) -> Outcome:
    """The same for a number alone."""
    facts = number_facts([number]).get(number.pk)
    if facts is None or facts.last_inbound_at is None:
        return waiting("message_awaited", number=number.display_phone_number)
    when = timezone.localtime(facts.last_inbound_at).isoformat()
    return done("message_arrived", when=when)
