"""Thousands queued at once obey the rules of one, and cost no statement each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actors import SYSTEM, Actor
from accounts.models import Event
from inbox import outgoing
from inbox.actions import outbox as rows
from inbox.actions.bulk import Addressed, queue_many
from inbox.models import Contact, Conversation, Message
from inbox.models.messages import Lane
from tests.cast import Cast, a_conversation, by

CAMPAIGN = Actor("campaign", name="Autumn")
OFFER = replace(
    outgoing.text("An offer"),
    free_form=False,
    template_name="autumn_offer",
    template_language="en",
    template_category="MARKETING",
)


def customers(cast: Cast, count: int) -> list[Conversation]:
    return [a_conversation(cast.number, wa_id=f"1202555{n:04}") for n in range(count)]


def test_many_are_queued_in_their_order_and_everybody_is_told(cast: Cast) -> None:
    threads = customers(cast, 5)
    done = queue_many(
        [Addressed(one.pk, OFFER) for one in threads * 2], by=CAMPAIGN, at=timezone.now()
    )
    assert done.queued == sorted(done.queued)
    assert set(Message.objects.filter(lane=Lane.CAMPAIGN).values_list("pk", flat=True)) == {
        *done.queued
    }
    assert Event.objects.filter(kind="message.queued").count() == 10
    thread = Conversation.objects.get(pk=threads[0].pk)
    assert (thread.last_message_id, thread.message_count) == (done.queued[5], 3)
    assert len(rows.claim(16)) == 5


def test_many_cost_as_much_as_few(cast: Cast) -> None:
    counts = []
    for threads in (customers(cast, 2), customers(cast, 30)):
        messages = [Addressed(one.pk, OFFER) for one in threads]
        with CaptureQueriesContext(connection) as queries:
            queue_many(messages, by=CAMPAIGN, at=timezone.now())
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 2  # SQLite takes fewer values a statement


def test_each_rule_refuses_only_whom_it_is_about(cast: Cast) -> None:
    fine, stopped, joined, blocked, closed = customers(cast, 5)
    at = timezone.now()
    Contact.objects.filter(conversation=stopped).update(opted_out_at=at)
    Contact.objects.filter(conversation=joined).update(merged_into=stopped.contact_id)
    Contact.objects.filter(conversation=blocked).update(blocked_at=at)
    Conversation.objects.filter(pk=closed.pk).update(window_opened_at=None)
    text = outgoing.text("Hello")
    named = [(fine, OFFER), (stopped, OFFER), (joined, OFFER), (blocked, OFFER), (closed, text)]
    done = queue_many([Addressed(one.pk, what) for one, what in named], by=SYSTEM, at=at)
    assert {key: refusal.code for key, refusal in done.refused.items()} == {
        stopped.pk: "RECIPIENT_OPTED_OUT",
        joined.pk: "RECIPIENT_OPTED_OUT",
        blocked.pk: "RECIPIENT_BLOCKED",
        closed.pk: "SESSION_EXPIRED",
    }
    assert len(done.queued) == 1


def test_who_stops_marketing_in_the_queue_gets_none(cast: Cast) -> None:
    threads = customers(cast, 3)
    queue_many([Addressed(one.pk, OFFER) for one in threads], by=CAMPAIGN, at=timezone.now())
    Contact.objects.filter(conversation=threads[1]).update(opted_out_at=timezone.now())
    taken = Message.objects.filter(pk__in=[one.message_id for one in rows.claim(16)])
    assert set(taken.values_list("conversation", flat=True)) == {threads[0].pk, threads[2].pk}
    assert Message.objects.get(status="failed").conversation_id == threads[1].pk


def test_a_person_answers_one_conversation_at_a_time(cast: Cast) -> None:
    with pytest.raises(ValueError, match="answers one"):
        queue_many([], by=by(cast.amina), at=timezone.now())
