"""What nobody knows settles itself, or a person is asked, but not while we are deaf."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import Event
from accounts.refusals import Refused
from inbox import outgoing
from inbox.actions import outbox as rows
from inbox.actions import reconciling, settling
from inbox.actions.sending import cancel, retry, send
from inbox.models import Message
from inbox.models.messages import Lane
from tests.cast import Cast, a_conversation, a_status_webhook, arrives, by
from tests.passing import time_passes
from webhooks import hearing
from webhooks.models import Delivery, Hearing
from whatsapp.errors import OutcomeUnknown

MINUTE = 60


def lost(cast: Cast, lane: int = Lane.CONVERSATION) -> Message:
    """A message whose answer never came."""
    thread = a_conversation(cast.number)
    message = send(
        thread.pk, outgoing.text("Hello"), by=by(cast.amina), at=timezone.now(), lane=lane
    )
    settling.settle([settling.Settlement(one, OutcomeUnknown("reset")) for one in rows.claim(1)])
    message.refresh_from_db()
    return message


def told(message: Message) -> list[str]:
    """What pages heard of it."""
    events = Event.objects.filter(kind="message.status", conversation=message.conversation_id)
    return [event.data["status"] for event in events.order_by("seq")]


@pytest.mark.case("F34")
@pytest.mark.parametrize(("lane", "minutes"), [(Lane.CONVERSATION, 2), (Lane.CAMPAIGN, 15)])
def test_a_person_is_asked_when_the_grace_is_over(cast: Cast, lane: int, minutes: int) -> None:
    hearing.hear()
    message = lost(cast, lane)
    time_passes(minutes * MINUTE - 20)
    assert (reconciling.end_grace(), told(message)) == (0, [])
    time_passes(30)
    assert (reconciling.end_grace(), told(message)) == (1, ["unconfirmed"])
    assert (reconciling.end_grace(), rows.claim(16)) == (0, [])


@pytest.mark.case("F32")
def test_a_status_settles_it_within_the_grace_and_nobody_was_asked(cast: Cast) -> None:
    message = lost(cast)
    ours = a_status_webhook("wamid.told", "sent", biz_opaque_callback_data=str(message.pk))
    arrives(cast.number, ours)
    hearing.hear()
    time_passes(60 * MINUTE)
    assert (reconciling.end_grace(), told(message)) == (0, ["sent"])


@pytest.mark.case("F34")
def test_nobody_sends_again_or_gives_up_what_may_still_settle_itself(cast: Cast) -> None:
    message, at = lost(cast), timezone.now()
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        retry(message.pk, by=by(cast.amina), at=at, confirm_duplicate=True)
    with pytest.raises(Refused, match="STATE_CONFLICT"):
        cancel(message.pk, by=by(cast.amina), at=at, confirm_unknown=True)
    Message.objects.update(silent_since=None)
    assert retry(message.pk, by=by(cast.amina), at=at, confirm_duplicate=True).pk != message.pk


@pytest.mark.case("F35")
def test_nobody_is_asked_while_no_process_takes_webhooks(cast: Cast) -> None:
    hearing.hear()
    message = lost(cast)
    time_passes(20 * MINUTE)
    Hearing.objects.update(heard_at=F("heard_at") - timedelta(seconds=20))
    assert reconciling.end_grace() == 0
    hearing.hear()  # the gap is over: Meta repeats what it could not say, and may take its time
    assert reconciling.end_grace() == 0
    time_passes(2 * MINUTE + 1)
    assert (reconciling.end_grace(), told(message)) == (1, ["unconfirmed"])


@pytest.mark.case("F35")
def test_nobody_is_asked_while_webhooks_wait_for_the_digest(cast: Cast) -> None:
    hearing.hear()
    lost(cast)
    time_passes(20 * MINUTE)
    waiting = Delivery.objects.create(
        body=b"{}", secret_fingerprint="", received_at=timezone.now() - timedelta(seconds=11)
    )
    assert reconciling.end_grace() == 0
    waiting.delete()
    assert reconciling.end_grace() == 1


def test_a_sender_that_died_in_its_call_leaves_it_unconfirmed(cast: Cast) -> None:
    message = send(
        a_conversation(cast.number).pk, outgoing.text("Hi"), by=by(cast.amina), at=timezone.now()
    )
    rows.claim(1)
    time_passes(91)
    assert reconciling.end_leases() == 1
    message.refresh_from_db()
    assert (message.status, message.shown_status) == ("unconfirmed", "sending")
    assert rows.claim(1) == []
