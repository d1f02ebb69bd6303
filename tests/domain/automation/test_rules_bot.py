"""The built-in assistant: what it says, when it gives up, and that it can be left at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actors import SYSTEM
from automation.actions import turns
from automation.bots.results import Reply
from automation.bots.rules import has_words
from automation.models import Bot, Turn
from inbox import outgoing
from inbox.actions.ownership import give_back, hold_ai, take_over
from inbox.actions.scheduling import Later, schedule
from inbox.actions.sending import send
from inbox.models import Conversation, Message, Suggestion
from inbox.schedule import IfChanged, IfClosed
from tests.cast import (
    Cast,
    a_conversation,
    a_text_webhook,
    arrives,
    by,
    payload,
    says,
    with_assistant,
)

pytestmark = pytest.mark.once


@pytest.fixture
def bot(cast: Cast) -> Bot:
    return with_assistant(cast.number)


def run_all(most: int = 10) -> int:
    """Runs what is due; how many turns ran."""
    for ran in range(most):
        turn = turns.claim()
        if turn is None:
            return ran
        turns.run(turn)
    raise AssertionError("turns without an end")


def begun() -> Turn:
    """The turn that is due, claimed."""
    turn = turns.claim()
    assert turn is not None
    return turn


def said() -> list[str]:
    """What went out, oldest first."""
    rows = Message.objects.filter(direction="outbound").order_by("created_at", "id")
    return [str(row.content["body"]) for row in rows]


def thread() -> Conversation:
    return Conversation.objects.get()


def state() -> tuple[str, str, str]:
    now = thread()
    return now.mode, now.handoff_state, now.handoff_reason


def test_a_stranger_is_greeted(cast: Cast, bot: Bot) -> None:
    says(cast.number, "hi")
    run_all()
    assert said() == ["Hello, I am the assistant."]
    assert state() == ("ai", "none", "")


@pytest.mark.parametrize("question", ["opening hours", "Your OPENING hours?", "openin hours"])
def test_a_known_question_has_its_answer(cast: Cast, bot: Bot, question: str) -> None:
    says(cast.number, question)
    run_all()
    assert said() == ["Nine to six."]


def test_after_two_misses_in_a_row_a_person_has_to_come(cast: Cast, bot: Bot) -> None:
    for text in ("hi", "qqq", "zzz"):
        says(cast.number, text)
        run_all()
    assert said() == [
        "Hello, I am the assistant.",
        "I did not understand.",
        "A colleague will come.",
    ]
    assert state() == ("human", "queued", "no_answer")


def test_an_answer_between_two_misses_counts_anew(cast: Cast, bot: Bot) -> None:
    for text in ("hi", "qqq", "opening hours", "zzz"):
        says(cast.number, text)
        run_all()
    assert (said()[-1], thread().mode) == ("I did not understand.", "ai")


@pytest.mark.parametrize(
    "wish",
    [
        "I want to talk to a person",
        "HUMAN!",
        "Ich will einen Menschen... einen Mensch sprechen",
        "Mitarbeiter bitte",
        "quiero hablar con una persona",
        "Um atendente, por favor",
        "Je voudrais parler à quelqu'un",
        "un conseiller svp",
        "أريد التحدث مع موظف",
    ],
)
def test_who_asks_for_a_person_gets_one_and_is_told_once(cast: Cast, bot: Bot, wish: str) -> None:
    says(cast.number, wish)
    run_all()
    says(cast.number, wish)
    run_all()
    assert said() == ["A colleague will come."]
    assert state() == ("human", "queued", "customer_asked")


@pytest.mark.parametrize(
    "text", ["This is humanitarian aid", "personal question", "agentic search", "superhuman"]
)
def test_a_word_inside_another_word_hands_nothing_over(cast: Cast, bot: Bot, text: str) -> None:
    says(cast.number, text)
    run_all()
    assert thread().mode == "ai"


def test_words_of_its_own_settings_are_added_to_the_built_in_ones(cast: Cast) -> None:
    with_assistant(cast.number, handover_words=["supervisor"])
    says(cast.number, "Supervisor, now")
    run_all()
    assert state()[2] == "customer_asked"


@pytest.mark.parametrize(
    "settings",
    [
        {"faq": "no list"},
        {"faq": [{"question": "misspelt"}]},
        {"faq_threshold": "high"},
        {"miss_limit": "many"},
        {"faq": [None]},
    ],
)
def test_settings_that_make_no_sense_hand_over(cast: Cast, settings: dict) -> None:
    with_assistant(cast.number, **settings)
    says(cast.number, "hello there")
    run_all()
    assert state() == ("human", "queued", "model_error")
    assert Turn.objects.get().state == "handed_off"


def test_an_engine_that_does_not_exist_hands_over(cast: Cast, bot: Bot) -> None:
    Bot.objects.update(engine="magic")
    says(cast.number, "hello")
    run_all()
    assert state()[2] == "model_error"


def test_what_it_cannot_read_goes_to_a_person(cast: Cast, bot: Bot) -> None:
    body = payload("voice")
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    message["timestamp"] = str(int(timezone.now().timestamp()))
    arrives(cast.number, body)
    run_all()
    assert state()[2] == "unsupported_media"


def test_after_its_most_answers_a_person_has_to_come(cast: Cast, bot: Bot) -> None:
    Bot.objects.update(max_turns=2)
    for _ in range(3):
        says(cast.number, "opening hours")
        run_all()
    assert said()[:2] == ["Nine to six."] * 2
    assert state()[2] == "max_turns"


# --- lines and turns ---


@pytest.mark.case("F88")
def test_four_short_lines_are_answered_once_and_all_are_seen(cast: Cast, bot: Bot) -> None:
    Bot.objects.update(quiet_seconds=6, max_wait_seconds=30)
    start = timezone.now()
    for second, text in enumerate(["hi", "I ask", "for the", "opening hours"]):
        says(cast.number, text, at=start + timedelta(seconds=second))
    turn = Turn.objects.get()
    assert turn.not_before == start + timedelta(seconds=3 + 6)
    assert run_all() == 0  # it waits for more
    Turn.objects.update(not_before=start)
    turn = begun()
    given, _last = turns._input(turn)
    assert [line.text for line in given.asked] == ["hi", "I ask", "for the", "opening hours"]
    turns.run(turn)
    assert said() == ["Nine to six."]


@pytest.mark.case("F88")
def test_who_never_stops_writing_is_answered_after_half_a_minute(cast: Cast, bot: Bot) -> None:
    Bot.objects.update(quiet_seconds=6, max_wait_seconds=30)
    start = timezone.now()
    for second in range(0, 60, 5):
        says(cast.number, "and", at=start + timedelta(seconds=second))
    assert Turn.objects.get().not_before == start + timedelta(seconds=30)


def test_a_repeated_delivery_makes_no_second_turn(cast: Cast, bot: Bot) -> None:
    body = a_text_webhook("opening hours", wamid="wamid.once")
    for _ in range(3):
        arrives(cast.number, body)
        run_all()
    assert (Turn.objects.count(), said()) == (1, ["Nine to six."])


def test_a_line_that_comes_while_it_thinks_is_answered_with_the_others(cast: Cast, bot) -> None:
    says(cast.number, "hello")
    turn = begun()
    _given, last = turns._input(turn)
    says(cast.number, "opening hours")
    turns.finish(turn, Reply("Hello there."), last_seen=last)
    assert said() == []
    run_all()
    assert said() == ["Nine to six."]
    assert (Turn.objects.get().state, Turn.objects.get().restarts) == ("answered", 1)


def test_an_old_line_wakes_nobody(cast: Cast, bot: Bot) -> None:
    arrives(cast.number, a_text_webhook(at=timezone.now() - timedelta(hours=2)))
    assert not Turn.objects.exists()


@pytest.mark.parametrize("name", ["reaction", "history_chunk", "status_read", "echo_text"])
def test_what_is_no_line_of_the_customer_makes_no_turn(cast: Cast, bot: Bot, name: str) -> None:
    arrives(cast.number, payload(name), at=timezone.now())
    assert not Turn.objects.exists()


def test_a_campaign_between_question_and_turn_is_no_answer(cast: Cast, bot: Bot) -> None:
    asked = says(cast.number, "opening hours")
    send(asked.conversation_id, outgoing.text("Sale!"), by=SYSTEM, at=timezone.now())
    run_all()
    assert said() == ["Sale!", "Nine to six."]


# --- people in between ---


def test_what_a_person_scheduled_is_no_answer_yet(cast: Cast, bot: Bot) -> None:
    asked = says(cast.number, "hi")
    schedule(
        asked.conversation_id,
        outgoing.text("See you tomorrow"),
        Later(timezone.now() + timedelta(hours=1), IfClosed.HOLD, IfChanged.SEND),
        by=by(cast.amina),
        at=timezone.now(),
    )
    run_all()
    assert said() == ["See you tomorrow", "Hello, I am the assistant."]


def test_a_takeover_while_it_thinks_leaves_its_text_as_a_suggestion(cast: Cast, bot: Bot) -> None:
    asked = says(cast.number, "opening hours")
    turn = begun()
    take_over(asked.conversation_id, by=by(cast.amina), at=timezone.now())
    turns.run(turn)
    assert said() == []
    suggestion = Suggestion.objects.get()
    assert (suggestion.text, suggestion.reason) == ("Nine to six.", "stale_epoch")
    assert Turn.objects.get().state == "superseded"


def test_typing_makes_it_wait(cast: Cast, bot: Bot) -> None:
    asked = says(cast.number, "opening hours")
    hold_ai(asked.conversation_id, at=timezone.now())
    assert run_all() == 0
    Conversation.objects.update(ai_hold_until=timezone.now() - timedelta(seconds=1))
    Turn.objects.update(not_before=timezone.now())
    assert (run_all(), said()) == (1, ["Nine to six."])


def test_given_back_it_answers_the_next_line(cast: Cast, bot: Bot) -> None:
    asked = says(cast.number, "human")
    run_all()
    send(asked.conversation_id, outgoing.text("Hi, Amina here"), by=by(cast.amina), at=now())
    give_back(asked.conversation_id, by=by(cast.amina), at=now(), note="Was about a refund.")
    says(cast.number, "opening hours")
    turn = begun()
    assert turns._input(turn)[0].return_note == "Was about a refund."
    turns.run(turn)
    assert said()[-1] == "Nine to six."


def now():
    return timezone.now()


def test_switched_off_while_it_thinks_it_says_nothing(cast: Cast, bot: Bot) -> None:
    says(cast.number, "opening hours")
    turn = begun()
    type(cast.number).objects.update(auto_reply=False)
    turns.run(turn)
    assert said() == []
    assert state() == ("human", "queued", "bot_disabled")
    assert Suggestion.objects.get().reason == "bot_disabled"


def test_with_the_window_closed_it_hands_over(cast: Cast, bot: Bot) -> None:
    says(cast.number, "opening hours")
    turn = begun()
    Conversation.objects.update(window_opened_at=timezone.now() - timedelta(hours=25))
    turns.run(turn)
    assert (said(), state()[2]) == ([], "window_closing")


# --- crashes ---


def test_to_look_for_turns_takes_no_lock(db) -> None:
    """Five times a second: SQLite has one lock for all who write."""
    with CaptureQueriesContext(connection) as asked:
        assert turns.claim() is None
    assert [one["sql"] for one in asked if not one["sql"].startswith("SELECT")] == []
    assert not any("FOR UPDATE" in one["sql"] for one in asked)


def test_a_turn_whose_worker_died_runs_again_and_answers_once(cast: Cast, bot: Bot) -> None:
    says(cast.number, "opening hours")
    dead = begun()
    assert turns.claim() is None  # the lease holds
    Turn.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run_all() == 1
    turns.run(dead)  # it was only slow, and comes back
    assert said() == ["Nine to six."]
    assert Turn.objects.get().state == "answered"


def test_a_turn_that_dies_three_times_goes_to_a_person(cast: Cast, bot: Bot) -> None:
    says(cast.number, "opening hours")
    for _ in range(3):
        turns.claim()
        Turn.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_all()
    assert (said(), state()[2]) == ([], "model_error")


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("A person!", "a person", True),
        ("personal", "person", False),
        ("señor AGENTE", "agente", True),
        ("", "human", False),
    ],
)
def test_words_are_whole_words(text: str, phrase: str, found: bool) -> None:
    assert has_words(text, phrase) is found


def test_a_number_without_an_assistant_starts_with_people(cast: Cast) -> None:
    assert a_conversation(cast.number).mode == "human"
    assert not Turn.objects.exists()
