"""What once went wrong under load, at a bad moment, or with a value nobody expects."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.actions.accounts import upsert_account
from accounts.actions.numbers import disconnect_number, pause_number, upsert_number
from accounts.actors import SYSTEM
from accounts.events import unit_of_work
from accounts.models import BusinessAccount, NumberStatus, PhoneNumber
from automation.actions import turns
from automation.bots.results import Reply
from automation.models import Bot, Turn
from inbox import drains, outgoing
from inbox.actions import outbox as rows
from inbox.actions import reconciling, settling, statuses
from inbox.actions.conversations import close, keep_draft
from inbox.actions.ownership import hold_ai
from inbox.actions.sending import retry, send
from inbox.message_status import Status
from inbox.models import (
    Contact,
    Conversation,
    Draft,
    Identity,
    Media,
    Message,
    PendingStatus,
    Reaction,
    Suggestion,
)
from inbox.models.media import MediaState
from tests.cast import (
    DORA,
    PHONE_NUMBER_ID,
    WABA_ID,
    Cast,
    a_cast,
    a_conversation,
    a_number,
    a_status_webhook,
    arrives,
    by,
    envelope,
    payload,
    says,
    with_assistant,
)
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError
from whatsapp.ids import Wamid

BEN_WA_ID = "12025550177"


def queued(cast: Cast, thread: Conversation, body: str = "Hello") -> Message:
    return send(thread.pk, outgoing.text(body), by=by(cast.amina), at=timezone.now())


def now(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def again(thread: Conversation) -> Conversation:
    return Conversation.objects.get(pk=thread.pk)


def another_number(cast: Cast) -> PhoneNumber:
    return a_number(cast.organization, waba_id="102290129340399", meta_phone_number_id="1065")


def accepted(claimed: rows.Claimed, wamid: str) -> settling.Settlement:
    return settling.Settlement(claimed, Accepted(Wamid(wamid)))


@contextmanager
def at_statement(start: str, act: Callable[[], object]) -> Iterator[None]:
    """Does something else just before the first statement that begins so."""
    waiting = [act]

    def wrapper(execute, sql, parameters, many, context):
        if waiting and sql.startswith(start):
            waiting.pop()()
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(wrapper):
        yield


# --- the outbox ---


def test_a_message_that_cannot_be_built_stops_nobody_else(cast: Cast) -> None:
    bad, good = a_conversation(cast.number), a_conversation(cast.number, wa_id=BEN_WA_ID)
    unsendable, sendable = queued(cast, bad), queued(cast, good)
    Identity.objects.filter(conversation=bad).update(value="123")
    claimed = rows.claim(16)
    assert [one.message_id for one in claimed] == [sendable.pk]
    row = now(unsendable)
    assert (row.status, row.failure["kind"]) == (Status.FAILED, "rejected")


def test_a_message_without_anybody_to_go_to_fails_with_a_reason(cast: Cast) -> None:
    message = queued(cast, a_conversation(cast.number))
    Conversation.objects.update(identity=None)
    assert rows.claim(16) == []
    assert now(message).status == Status.FAILED


def test_a_token_that_cannot_be_read_stops_only_its_own_number(cast: Cast) -> None:
    other = another_number(cast)
    mine = queued(cast, a_conversation(cast.number))
    theirs = queued(cast, a_conversation(other, phone_number_id="1065"))
    BusinessAccount.objects.filter(pk=other.account_id).update(access_token_sealed="nonsense")
    for _ in range(4):  # in whichever order the numbers are looked at
        Message.objects.filter(pk=mine.pk).update(status=Status.QUEUED)
        assert [one.message_id for one in rows.claim(16)] == [mine.pk]
    assert now(theirs).status == Status.QUEUED


def test_a_busy_number_leaves_senders_for_the_others(cast: Cast) -> None:
    for place in range(24):
        queued(cast, a_conversation(cast.number, wa_id=f"1202555{place:04}"))
    message = queued(cast, a_conversation(another_number(cast), phone_number_id="1065"))
    taken = {one.message_id for _ in range(24) for one in rows.claim(1)}
    assert message.pk in taken


@pytest.mark.case("F33")
def test_an_answer_after_the_end_of_its_lease_settles_what_was_unconfirmed(cast: Cast) -> None:
    message = queued(cast, a_conversation(cast.number))
    (claimed,) = rows.claim(1)
    Message.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert reconciling.end_leases() == 1
    settling.settle([accepted(claimed, "wamid.late")])
    row = now(message)
    assert (row.status, row.wamid) == (Status.ACCEPTED, "wamid.late")


def test_an_answer_is_kept_while_the_database_is_away(cast: Cast) -> None:
    message = queued(cast, a_conversation(cast.number))
    (claimed,) = rows.claim(1)
    box = drains.Outbox()
    box._in_hand[cast.number.pk] = 1
    box._answers.put(accepted(claimed, "wamid.kept"))
    trouble = sqlite3.OperationalError("disk I/O error")
    trouble.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def away(execute, sql, parameters, many, context):
        if "inbox_message" in sql:
            raise OperationalError("away") from trouble
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(away), pytest.raises(OperationalError), transaction.atomic():
        box._settle(wait_s=0.1)
    assert now(message).status == Status.SENDING
    assert box._settle(wait_s=0.1) == 1
    assert (now(message).wamid, box._in_hand.total()) == ("wamid.kept", 0)
    with pytest.raises(queue.Empty):
        box._answers.get_nowait()


def test_who_writes_while_a_call_is_refused_has_the_window_open(cast: Cast) -> None:
    thread = a_conversation(cast.number, hours_ago=23)
    queued(cast, thread)
    (claimed,) = rows.claim(1)
    says(cast.number, "I am back", at=timezone.now() + timedelta(seconds=1))
    error = CloudApiError(131047, http_status=400)
    settling.settle([settling.Settlement(claimed, error)])
    assert again(thread).window.is_open(timezone.now())


# --- statuses ---


@pytest.mark.case("F15")
def test_a_status_with_our_id_brings_along_those_that_came_without(cast: Cast) -> None:
    message = queued(cast, a_conversation(cast.number))
    arrives(cast.number, a_status_webhook("wamid.x", "delivered"))
    assert PendingStatus.objects.count() == 1
    arrives(
        cast.number, a_status_webhook("wamid.x", "sent", biz_opaque_callback_data=str(message.pk))
    )
    assert (now(message).status, PendingStatus.objects.count()) == (Status.DELIVERED, 0)


@pytest.mark.case("F15")
def test_a_status_that_comes_before_its_echo_is_applied(cast: Cast) -> None:
    body = payload("echo_text")
    (echo,) = body["entry"][0]["changes"][0]["value"]["message_echoes"]
    arrives(cast.number, a_status_webhook(echo["id"], "delivered"))
    arrives(cast.number, body)
    message = Message.objects.get(wamid=echo["id"])
    assert (message.status, PendingStatus.objects.count()) == (Status.DELIVERED, 0)


@pytest.mark.case("F80")
def test_a_reaction_to_a_message_whose_answer_was_lost_is_shown_with_it(cast: Cast) -> None:
    message = queued(cast, a_conversation(cast.number))
    arrives(cast.number, a_reaction("👍", "wamid.x"))
    arrives(
        cast.number, a_status_webhook("wamid.x", "sent", biz_opaque_callback_data=str(message.pk))
    )
    assert [one.emoji for one in now(message).reactions.all()] == ["👍"]


def a_reaction(emoji: str, target: str, *, at=None) -> dict:
    moment = at or timezone.now()
    message = {
        "id": f"wamid.{emoji}{moment.timestamp()}",
        "from": DORA,
        "timestamp": str(int(moment.timestamp())),
        "type": "reaction",
        "reaction": {"message_id": target, "emoji": emoji},
    }
    contact = {"profile": {"name": "Dora"}, "wa_id": DORA}
    return envelope({"contacts": [contact], "messages": [message]})


@pytest.mark.case("F14")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_our_id", [True, False])
def test_a_status_beside_the_answer_is_not_parked_for_ever(with_our_id: bool) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    cast = a_cast()
    message = queued(cast, a_conversation(cast.number))
    more: dict[str, Any] = {"biz_opaque_callback_data": str(message.pk)} if with_our_id else {}
    stored = threading.Event()

    def reported() -> None:
        stored.wait(10)
        try:
            arrives(cast.number, a_status_webhook("wamid.x", "delivered", **more))
        finally:
            connection.close()

    other = threading.Thread(target=reported)
    other.start()
    with unit_of_work():
        row = Message.objects.select_for_update().get(pk=message.pk)
        row.wamid, row.status, row.status_rank = "wamid.x", Status.ACCEPTED, 30
        row.save()
        statuses.apply_parked([row], received_at=timezone.now())
        stored.set()
        time.sleep(0.5)
    other.join(10)
    assert (now(message).status, PendingStatus.objects.count()) == (Status.DELIVERED, 0)


def test_a_call_after_the_refused_text_keeps_its_window(cast: Cast) -> None:
    thread = a_conversation(cast.number, hours_ago=23)
    message = queued(cast, thread)
    (claimed,) = rows.claim(1)
    settling.settle([accepted(claimed, "wamid.x")])
    refused_at, called_at = timezone.now() - timedelta(hours=2), timezone.now()
    Conversation.objects.filter(pk=thread.pk).update(window_opened_at=called_at)
    errors = [{"code": 131047, "title": "Re-engagement message"}]
    arrives(cast.number, a_status_webhook("wamid.x", "failed", at=refused_at, errors=errors))
    assert now(message).status == Status.FAILED
    assert again(thread).window_opened_at == called_at


# --- customers ---


def test_a_block_at_the_moment_the_customer_writes_is_kept(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    who = Contact.objects.filter(conversation=thread)
    with at_statement('UPDATE "inbox_contact"', lambda: who.update(blocked_at=timezone.now())):
        says(cast.number, name="Dora L.")
    contact = who.get()
    assert contact.profile_name == "Dora L."
    assert contact.blocked_at is not None


@pytest.mark.parametrize("length", [121, 256, 1024])
def test_a_name_of_any_length_costs_no_message(cast: Cast, length: int) -> None:
    message = says(cast.number, name="N" * length)
    assert message.sender_name == "N" * 120


def test_a_file_id_that_is_none_is_a_file_that_failed(cast: Cast) -> None:
    body = payload("image_caption")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["image"]["id"] = "9" * 65
    arrives(cast.number, body)
    media = Media.objects.get()
    assert (media.meta_media_id, media.state) == ("", MediaState.FAILED)


def a_preference(value: str, at) -> dict:
    body = payload("user_preferences_stop")
    row = body["entry"][0]["changes"][0]["value"]["user_preferences"][0]
    row |= {"value": value, "timestamp": int(at.timestamp())}
    return body


def test_an_old_resume_that_comes_again_undoes_no_stop(cast: Cast) -> None:
    moment = timezone.now() - timedelta(hours=1)
    arrives(cast.number, a_preference("stop", moment))
    arrives(cast.number, a_preference("resume", moment - timedelta(minutes=5)))
    assert Contact.objects.get().opted_out_at is not None
    arrives(cast.number, a_preference("resume", moment + timedelta(minutes=5)))
    assert Contact.objects.get().opted_out_at is None


@pytest.mark.case("F80")
def test_of_two_reactions_in_one_second_the_later_is_shown_and_copies_change_nothing(
    cast: Cast,
) -> None:
    message = says(cast.number)
    moment = timezone.now().replace(microsecond=0) - timedelta(minutes=5)
    first = a_reaction("👍", str(message.wamid), at=moment)
    second = a_reaction("❤️", str(message.wamid), at=moment)
    for body in (first, second, second):
        arrives(cast.number, body)
    assert Reaction.objects.get().emoji == "❤️"


@pytest.mark.case("F82")
def test_an_edit_that_comes_again_later_makes_no_second_version(cast: Cast) -> None:
    written = timezone.now().replace(microsecond=0)
    message = says(cast.number, "first", at=written)
    edit = payload("edit")
    row = edit["entry"][0]["changes"][0]["value"]["messages"][0]
    row["timestamp"] = str(int(written.timestamp()))
    row["edit"]["original_message_id"] = message.wamid
    arrives(cast.number, edit, at=written + timedelta(milliseconds=300))
    arrives(cast.number, edit, at=written + timedelta(minutes=1))
    assert len(now(message).details["versions"]) == 1


def test_a_missed_call_opens_a_closed_conversation(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    close(thread.pk, by=by(cast.amina), at=timezone.now())
    arrives(cast.number, payload("call_terminate_missed"))
    assert again(thread).status == "open"


# --- people ---


@pytest.mark.case("F43")
def test_sending_a_template_or_again_keeps_the_words_not_yet_sent(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    failed = queued(cast, thread)
    Message.objects.update(status=Status.FAILED)
    keep_draft(thread.pk, text="Typed, not sent", by=by(cast.amina))
    template = outgoing.Outgoing(
        "template", {"body": "Hi"}, {"type": "template"}, "Hi", free_form=False, template_name="hi"
    )
    send(thread.pk, template, by=by(cast.amina), at=timezone.now())
    retry(failed.pk, by=by(cast.amina), at=timezone.now())
    assert Draft.objects.get().text == "Typed, not sent"
    queued(cast, thread, "Typed, not sent")
    assert not Draft.objects.exists()


def test_a_number_that_an_admin_stopped_is_not_started_by_a_new_token(cast: Cast) -> None:
    at = timezone.now()
    disconnect_number(cast.number.pk, by=by(cast.ada), at=at)
    pause_number(cast.number.pk, reason="token_expired", message="Expired.", by=SYSTEM, at=at)
    account = upsert_account(
        cast.organization.pk, waba_id=WABA_ID, access_token="fresh", by=by(cast.ada), at=at
    )
    upsert_number(
        account, meta_phone_number_id=PHONE_NUMBER_ID, token_is_new=True, by=by(cast.ada), at=at
    )
    cast.number.refresh_from_db()
    assert cast.number.status == NumberStatus.DISCONNECTED


# --- the assistant ---


def test_who_begins_to_type_while_the_assistant_thinks_is_not_talked_over(cast: Cast) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    turn = turns.claim()
    assert turn is not None
    hold_ai(thread.pk, at=timezone.now())
    turns.finish(turn, Reply("Hello"), last_seen=again(thread).last_inbound_id)
    assert not Message.objects.filter(sender_type="ai").exists()
    waiting = Turn.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    assert waiting.not_before == again(thread).ai_hold_until


@pytest.mark.parametrize(("text", "kept"), [("", 0), ("x" * 5000, 1)])
def test_an_answer_that_cannot_be_sent_goes_to_a_person(cast: Cast, text: str, kept: int) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    turn = turns.claim()
    assert turn is not None
    turns.finish(turn, Reply(text), last_seen=again(thread).last_inbound_id)
    after = again(thread)
    assert (after.mode, after.handoff_reason) == ("human", "model_error")
    assert Suggestion.objects.count() == kept


def test_a_bot_that_is_gone_costs_no_message(cast: Cast) -> None:
    with_assistant(cast.number)
    Bot.objects.all().delete()
    assert says(cast.number).pk
    assert not Turn.objects.exists()
