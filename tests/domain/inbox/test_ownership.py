"""The baton: random people, assistant, phone and crashes against one conversation."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.refusals import Refused
from automation.actions import turns
from automation.bots.results import HandOver, Reply, Result
from automation.models import LIVE, Turn
from inbox import outgoing
from inbox.actions import outbox, settling
from inbox.actions.conversations import close, reopen
from inbox.actions.guards import Guards
from inbox.actions.ownership import give_back, hold_ai, request_handoff, take_over
from inbox.actions.sending import send
from inbox.actions.settling import Settlement
from inbox.models import Conversation, Message, Suggestion
from inbox.ownership import OwnerState
from tests.cast import Cast, a_cast, a_conversation, arrives, by, payload, says, with_assistant
from whatsapp.client import Accepted
from whatsapp.errors import OutcomeUnknown
from whatsapp.ids import Wamid

PEOPLE = st.sampled_from(["amina", "ben"])
RESULTS = st.sampled_from(
    [Reply("It left today."), Reply("No idea.", missed=True), HandOver("no_answer", "Wait."), None]
)


class Baton(RuleBasedStateMachine):
    """One conversation of a number with an assistant; every rule is an event of HANDOFF's table."""

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.cast: Cast = a_cast()
        with_assistant(self.cast.number)
        self.epoch = 0
        self.lines = 0
        self.echoes = 0
        self.turn: Turn | None = None
        self.thinking_about: UUID | None = None
        self.on_the_wire: list[outbox.Claimed] = []
        self.key = says(self.cast.number, "hello").conversation_id

    def teardown(self) -> None:
        """Whatever happened, it comes to rest: each line ends in an answer, a handoff, a reason."""
        try:
            self.all_turns_end()
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    @property
    def now(self) -> Conversation:
        return Conversation.objects.get(pk=self.key)

    def who(self, name: str):
        return by(getattr(self.cast, name))

    # --- the customer ---

    @rule(text=st.sampled_from(["more", "opening hours", "a person please"]))
    def the_customer_writes(self, text: str) -> None:
        self.lines += 1
        says(self.cast.number, text, wamid=f"wamid.line.{self.lines}")
        now = self.now
        assert now.status == "open"
        if now.mode == "ai":
            assert Turn.objects.filter(conversation=now, state__in=LIVE).count() == 1

    @rule()
    def the_last_line_comes_again(self) -> None:
        if self.lines:
            before = Turn.objects.count(), self.now.inbound_count
            says(self.cast.number, "again", wamid=f"wamid.line.{self.lines}")
            assert before == (Turn.objects.count(), self.now.inbound_count)

    # --- the assistant ---

    @precondition(lambda self: self.turn is None)
    @rule()
    def the_assistant_begins(self) -> None:
        self.turn = turns.claim()
        if self.turn is not None:
            _given, self.thinking_about = turns._input(self.turn)

    @precondition(lambda self: self.turn is not None)
    @rule(result=RESULTS)
    def the_assistant_ends(self, result: Result) -> None:
        assert self.turn is not None
        turns.finish(self.turn, result, last_seen=self.thinking_about)
        self.turn = None

    @rule()
    def the_worker_dies(self) -> None:
        Turn.objects.filter(state="running").update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )

    # --- people ---

    @rule(name=PEOPLE)
    def somebody_answers(self, name: str) -> None:
        guards = Guards(force=True)
        text = outgoing.text(f"{name} here")
        send(self.key, text, by=self.who(name), at=timezone.now(), guards=guards)
        assert self.now.assignee == getattr(self.cast, name)

    @rule(name=PEOPLE)
    def somebody_takes_over(self, name: str) -> None:
        take_over(self.key, by=self.who(name), at=timezone.now())

    @rule(name=PEOPLE)
    def somebody_gives_it_back(self, name: str) -> None:
        possible = self.now.mode == "human" and self.now.status != "closed"
        expected = nullcontext() if possible else pytest.raises(Refused, match="already")
        with expected:
            give_back(self.key, by=self.who(name), at=timezone.now())

    @rule(name=PEOPLE)
    def somebody_closes(self, name: str) -> None:
        close(self.key, by=self.who(name), at=timezone.now())

    @rule(name=PEOPLE)
    def somebody_reopens(self, name: str) -> None:
        reopen(self.key, by=self.who(name), at=timezone.now())

    @rule()
    def somebody_types(self) -> None:
        hold_ai(self.key, at=timezone.now())

    @rule()
    def the_hold_ends(self) -> None:
        past = timezone.now() - timedelta(seconds=1)
        Conversation.objects.filter(ai_hold_until__gt=past).update(ai_hold_until=past)
        Turn.objects.filter(state="waiting").update(not_before=past)

    @rule()
    def somebody_types_on_the_phone(self) -> None:
        self.echoes += 1
        body = payload("echo_text")
        body["entry"][0]["changes"][0]["value"]["message_echoes"][0]["id"] = f"wamid.{self.echoes}"
        arrives(self.cast.number, body, at=timezone.now())

    @rule()
    def a_key_asks_for_a_person(self) -> None:
        if self.now.status != "closed":
            request_handoff(self.key, reason="api", by=self.who("amina"), at=timezone.now())

    # --- the outbox ---

    @rule()
    def the_outbox_claims(self) -> None:
        owner = self.now.ownership
        for claimed in outbox.claim(4):
            message = Message.objects.get(pk=claimed.message_id)
            if message.sender_type == "ai":
                assert (message.owner_epoch, owner.mode) == (owner.epoch, "ai")
            self.on_the_wire.append(claimed)

    @precondition(lambda self: self.on_the_wire)
    @rule(known=st.booleans())
    def meta_answers(self, known: bool) -> None:
        claimed = self.on_the_wire.pop()
        outcome = Accepted(Wamid(f"wamid.{claimed.message_id}")) if known else OutcomeUnknown("cut")
        settling.settle([Settlement(claimed, outcome)])

    # --- what always holds ---

    @invariant()
    def there_is_one_owner(self) -> None:
        owner = self.now.ownership
        assert owner.state in OwnerState
        owners = (owner.mode == "ai") + (owner.assignee_id is not None) + owner.by_phone
        assert owners <= 1
        if owner.state is OwnerState.AI:
            assert owners == 1

    @invariant()
    def the_epoch_never_falls(self) -> None:
        now = self.now.owner_epoch
        assert now >= self.epoch
        self.epoch = now

    @invariant()
    def no_answer_of_the_assistant_waits_under_an_old_epoch(self) -> None:
        owner = self.now.ownership
        waiting = Message.objects.filter(sender_type="ai", status__in=["queued", "held"])
        for message in waiting:
            assert (message.owner_epoch, owner.mode) == (owner.epoch, "ai")

    @invariant()
    def a_turn_has_one_answer(self) -> None:
        answers = Message.objects.exclude(turn_id=None).values_list("turn_id", flat=True)
        assert len(answers) == len(set(answers))

    @invariant()
    def there_is_one_thread(self) -> None:
        assert Conversation.objects.filter(phone_number=self.cast.number).count() == 1

    def all_turns_end(self) -> None:
        self.the_hold_ends()
        self.the_worker_dies()
        for _ in range(8):
            turn = turns.claim()
            if turn is None:
                break
            turns.run(turn)
        assert not Turn.objects.filter(state__in=LIVE).exists()
        for turn in Turn.objects.all():
            assert turn.state in ("answered", "no_reply") or turn.reason


@pytest.mark.case("F93")
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("examples", "steps"), [(10, 25), pytest.param(600, 60, marks=pytest.mark.nightly)]
)
def test_whatever_happens_there_is_one_owner(db, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Baton,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- one change at a time ---


def test_a_version_from_an_older_page_names_the_winner(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    now = timezone.now()
    take_over(thread.pk, by=by(cast.ben), at=now, expected_version=thread.version)
    with pytest.raises(Refused) as refused:
        take_over(thread.pk, by=by(cast.amina), at=now, expected_version=thread.version)
    assert refused.value.code == "ALREADY_CLAIMED"
    assert refused.value.data["assignee"]["name"] == "Ben"


def test_closing_raises_the_epoch_and_remembers_who_had_it(cast: Cast) -> None:
    thread = a_conversation(cast.number, assigned_to=cast.amina)
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    closed = Conversation.objects.get()
    assert closed.owner_epoch == thread.owner_epoch + 1
    assert (closed.assignee, closed.last_assignee_id) == (None, cast.amina.pk)


def test_a_thread_reopens_with_whom_the_number_starts(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    take_over(thread.pk, by=by(cast.amina), at=timezone.now())
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    says(cast.number, "me again")
    assert Conversation.objects.get().ownership.state is OwnerState.AI


@pytest.mark.case("F83")
def test_an_echo_takes_over_once_also_while_the_assistant_thinks(cast: Cast) -> None:
    with_assistant(cast.number)
    says(cast.number, "opening hours")
    turn = turns.claim()
    assert turn is not None
    for _ in range(2):
        arrives(cast.number, payload("echo_text"), at=timezone.now())
    turns.run(turn)
    owner = Conversation.objects.get()
    assert (owner.handoff_state, owner.owned_by_phone, owner.assignee) == ("assigned", True, None)
    assert owner.owner_epoch == turn.epoch + 1
    assert "Nine to six." in Suggestion.objects.get().text
    senders = Message.objects.filter(direction="outbound").values_list("sender_type", flat=True)
    assert list(senders) == ["device"]


def test_a_second_wish_for_a_person_only_adds_its_reason(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    for reason in ("customer_asked", "no_answer", "customer_asked"):
        request_handoff(thread.pk, reason=reason, by=by(cast.amina), at=timezone.now())
    now = Conversation.objects.get()
    assert now.handoff_reasons == ["customer_asked", "no_answer"]
    assert now.owner_epoch == thread.owner_epoch + 1
