"""The dialog that snoozes, the page without scripts, and what a thread and the list say then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.actions.conversations import wait_for_customer
from inbox.actions.snoozing import wake_due
from inbox.models import Conversation
from inbox.times import local
from tests.cast import Cast, a_conversation, by

pytestmark = pytest.mark.once
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def thread(cast: Cast) -> Conversation:
    return a_conversation(cast.number, assigned_to=cast.amina)


def test_it_offers_times_and_takes_one(cast, client, thread) -> None:
    client.force_login(cast.amina)
    here = f"/inbox/{thread.pk}/snooze/"
    assert "by the key S" in client.get("/inbox/?view=snoozed").content.decode()
    page = client.get(here).content.decode()
    assert "Tomorrow morning" in page
    assert "by your clock" in page
    answer = client.post(here, {"at": "tomorrow", "expected_version": thread.version})
    assert (answer.status_code, answer["Location"]) == (302, f"/inbox/{thread.pk}/")
    until = Conversation.objects.get(status="snoozed").snoozed_until
    assert until is not None
    assert local(until, cast.amina.zone).hour == 9


def test_its_own_time_and_what_is_wrong_with_it(cast, client, thread) -> None:
    client.force_login(cast.amina)
    here, how = f"/inbox/{thread.pk}/snooze/", {"at": "own", "expected_version": thread.version}
    wrong = [("", "Choose a day and a time."), ("2020-01-01T09:00", "a year ahead")]
    for moment, sentence in wrong:
        answer = client.post(here, how | {"moment": moment}, **PART)
        shown = answer.content.decode()
        assert (answer.status_code, sentence in shown) == (422, True)
        assert f'value="{moment}"' in shown
    late = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(here, how | {"moment": late}, **PART)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "End the snooze" in shown
    assert 'data-icon="calendar-clock"' in shown
    assert "Until" in client.get("/inbox/?view=snoozed").content.decode()


def test_the_thread_tells_who_did_it_and_that_it_is_back(cast, client, thread) -> None:
    client.force_login(cast.amina)
    client.post(f"/inbox/{thread.pk}/snooze/", {"at": "hour", "expected_version": thread.version})
    Conversation.objects.update(snoozed_until=timezone.now())
    assert wake_due() == 1
    page = client.get(f"/inbox/{thread.pk}/").content.decode()
    assert "Amina snoozed it until" in page
    assert "Back: the snooze is over" in page
    assert "Back since" in page
    wait_for_customer(thread.pk, by=by(cast.ben), at=timezone.now())
    page = client.get(f"/inbox/{thread.pk}/").content.decode()
    assert "Ben waits for the customer" in page
    assert "Back since" not in page
