"""The life of a message, told in its details."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from django.utils import timezone
from django.utils.html import strip_tags

from inbox import outgoing
from inbox.actions.outbox import claim
from inbox.actions.paces import Outcome
from inbox.actions.sending import send
from inbox.actions.settling import Settlement, settle
from inbox.models import Message
from tests.cast import Cast, a_conversation, by
from whatsapp.client import Accepted
from whatsapp.errors import CloudApiError, NotSent
from whatsapp.ids import Wamid


def answers(outcome: Outcome) -> None:
    """Meta is called once, and this comes of it."""
    Message.objects.filter(status="queued").update(not_before=None)
    settle(Settlement(one, outcome) for one in claim(5))


def told(browser, cast: Cast, message: Message) -> str:
    page = browser(cast.amina, htmx=True).get(
        f"/inbox/{message.conversation_id}/messages/{message.pk}/"
    )
    return " ".join(html.unescape(strip_tags(page.text)).split())


def sent(cast: Cast) -> Message:
    thread = a_conversation(cast.number)
    return send(thread.pk, outgoing.text("Hello"), by=by(cast.amina), at=timezone.now())


def test_what_was_tried_twice_says_why_and_when(cast: Cast, browser) -> None:
    message = sent(cast)
    answers(CloudApiError(131016))
    answers(NotSent("refused"))
    answers(Accepted(Wamid("wamid.1")))
    life = told(browser, cast, message)
    parts = ("Send was pressed", "(131016)", "Tried again after", "could not be reached", "Try 3")
    places = [life.index(one) for one in (*parts, "Accepted by WhatsApp")]
    assert places == sorted(places)
    assert re.search(r"\d\d:\d\d:\d\d\.\d", life)


def test_a_failure_says_whose_it_is_and_what_to_do(cast: Cast, browser) -> None:
    message = sent(cast)
    answers(CloudApiError(131026))
    life = told(browser, cast, message)
    assert "The customer's side" in life
    assert "Try another way to reach this customer." in life


def test_what_waits_says_what_for(cast: Cast, browser) -> None:
    message = sent(cast)
    assert "In the queue" in told(browser, cast, message)
    Message.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    assert "not before" in told(browser, cast, message)
    cast.number.status, cast.number.status_message = "error", "Payment problem."
    cast.number.save()
    assert "sending is paused: Payment problem." in told(browser, cast, message)
