"""What the pages of one number show: its steps, and what is known of its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from accounts import setup_words
from accounts.models import NumberStatus, PhoneNumber, SetupStep, StepState
from accounts.queries import when
from accounts.setup import SETTLED, Outcome, can_send
from accounts.setup_steps import judge_traffic, webhook_url

TONES: Final[Mapping[str, str]] = {
    StepState.OPEN: "idle",
    StepState.WAITING: "warn",
    StepState.DONE: "good",
    StepState.SKIPPED: "idle",
    StepState.FAILED: "bad",
}
ICONS: Final[Mapping[str, str]] = {
    StepState.OPEN: "circle-dot",
    StepState.WAITING: "hourglass",
    StepState.DONE: "circle-check",
    StepState.SKIPPED: "circle-check",
    StepState.FAILED: "circle-x",
}
NEEDS_TOKEN: Final = frozenset(
    {"token_missing", "token_sealed", "token_refused", "token_lacks_scope", "token_other_account"}
    | {"token_may_not"}
)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as the page shows it. sentence: how it came out, "" when it was not tried.

    asks_pin, offers_here, needs_token: what its retry is about.
    """

    name: str
    title: str
    state: str
    state_label: str
    tone: str
    icon: str
    sentence: str
    can_retry: bool
    asks_pin: bool
    offers_here: bool
    needs_token: bool


@dataclass(frozen=True, slots=True)
class SetupPage:
    """The steps of a number, in order. next_step: the first that has not been tried, "" for none.

    works: it can send. is_complete: nothing is left to do. awaits: a first message is looked for.
    chat_url: opens a chat with the number in the reader's own WhatsApp; "" where that is in vain.
    """

    id: UUID
    name: str
    display_phone_number: str
    rows: tuple[StepRow, ...]
    next_step: str
    works: bool
    is_complete: bool
    awaits: bool
    is_stopped: bool
    webhook_url: str
    chat_url: str
    simulator: bool


@dataclass(frozen=True, slots=True)
class SecretsPage:
    """The secrets of a number's account, none of them in the clear. until: worded."""

    waba_id: str
    account: str
    has_token: bool
    has_own_secret: bool
    old_secret_until: str
    has_verify_token: bool
    webhook_url: str


def setup_page(number: PhoneNumber) -> SetupPage:
    """How far the connection has come. Two queries and those of the counters."""
    known = {step.name: step for step in number.setup_steps.all()}
    rows = [_row(name, _outcome(number, name, known.get(name))) for name in settings.CONNECT_STEPS]
    shown = tuple(row for row in rows if row.sentence or row.state != StepState.SKIPPED)
    states = {row.name: row.state for row in rows}
    return SetupPage(
        id=number.pk,
        name=number.short_name or number.meta_phone_number_id,
        display_phone_number=number.display_phone_number,
        rows=shown,
        next_step=next((row.name for row in shown if row.state == StepState.OPEN), ""),
        # Without steps of its own a number may work all the same: one made by `bootstrap`.
        works=number.status == NumberStatus.ACTIVE or can_send(states),
        is_complete=all(state in SETTLED for state in states.values()),
        # Not while there is a form in it: what is being typed would be swapped away.
        awaits=states["test_message"] == StepState.WAITING
        and not any(row.can_retry for row in rows),
        is_stopped=number.status == NumberStatus.DISCONNECTED,
        webhook_url=webhook_url(),
        chat_url="" if settings.SIMULATOR else _chat_url(number.phone),
        simulator=settings.SIMULATOR,
    )


def _chat_url(phone: str) -> str:
    """WhatsApp's link to a chat (faq.whatsapp.com/5913398998672934): all digits, no plus."""
    return f"https://wa.me/{phone.removeprefix('+')}" if phone else ""


def _outcome(number: PhoneNumber, name: str, step: SetupStep | None) -> Outcome:
    # Messages arrive by themselves: that step is what it is now, not what it was when tried.
    if name == "test_message":
        return judge_traffic(number)
    if step is None:
        return Outcome(StepState.OPEN)
    return Outcome(StepState(step.state), step.code, step.facts)


def _row(name: str, outcome: Outcome) -> StepRow:
    is_to_do = outcome.state in (StepState.FAILED, StepState.WAITING) and name != "test_message"
    return StepRow(
        name=name,
        title=setup_words.title(name),
        state=outcome.state,
        state_label=str(outcome.state.label),
        tone=TONES[outcome.state],
        icon=ICONS[outcome.state],
        sentence=setup_words.sentence(outcome.code, outcome.facts),
        can_retry=is_to_do,
        asks_pin=name == "register_number" and is_to_do,
        offers_here=outcome.code in ("webhook_elsewhere", "challenge_failed"),
        needs_token=outcome.code in NEEDS_TOKEN,
    )


def secrets_page(number: PhoneNumber, *, at: datetime) -> SecretsPage:
    """What there is, not what it says. No query with its account there."""
    account = number.account
    until = account.previous_app_secret_until
    counts = bool(account.previous_app_secret_sealed) and until is not None and until > at
    return SecretsPage(
        waba_id=account.waba_id,
        account=str(account),
        has_token=bool(account.access_token_sealed),
        has_own_secret=bool(account.app_secret_sealed),
        old_secret_until=when(until) if counts else "",
        has_verify_token=bool(account.verify_token_sealed),
        webhook_url=webhook_url(),
    )
