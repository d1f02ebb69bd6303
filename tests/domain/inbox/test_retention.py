"""What is kept long enough goes in small batches, each organization by its own measure."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.actions.purging import purge_events
from accounts.models import Event, Organization
from inbox.actions.notes import add_note
from inbox.actions.purging import purge_closed_conversations
from inbox.models import Conversation, Message, Note
from tests.cast import a_conversation, a_text_webhook, by, says
from tests.domain.inbox.delivering import delivered
from webhooks.models import Delivery
from webhooks.purging import purge_deliveries

pytestmark = pytest.mark.once


@pytest.mark.case("S120")
@pytest.mark.parametrize(
    ("own", "days", "gone"),
    [(7, 8, True), (7, 6, False), (90, 31, False), (90, 91, True), (None, 31, True)],
)
def test_deliveries_stay_as_long_as_their_organization_says(cast, own, days, gone):
    Organization.objects.filter(pk=cast.organization.pk).update(raw_log_days=own)
    delivered(a_text_webhook("hello"))
    assert Delivery.objects.get().organization_id == cast.organization.pk
    Delivery.objects.update(received_at=timezone.now() - timedelta(days=days))
    assert purge_deliveries() == int(gone)


def test_what_is_nobodys_stays_as_the_installation_says(cast):
    Organization.objects.filter(pk=cast.organization.pk).update(raw_log_days=7)
    delivered(a_text_webhook("hello", phone_number_id="1"), {"object": "page"})
    Delivery.objects.update(received_at=timezone.now() - timedelta(days=8), organization=None)
    assert purge_deliveries() == 0


@pytest.mark.case("S120")
@pytest.mark.parametrize(
    ("status", "days", "gone"),
    [("closed", 200, True), ("closed", 100, False), ("open", 200, False)],
)
def test_a_closed_conversation_is_emptied_when_it_is_old(cast, status, days, gone, monkeypatch):
    monkeypatch.setattr("inbox.actions.purging.BATCH", 2)
    Organization.objects.filter(pk=cast.organization.pk).update(closed_months=5)
    thread = a_conversation(cast.number)
    says(cast.number, "two"), says(cast.number, "three")
    old = timezone.now() - timedelta(days=days)
    Conversation.objects.update(status=status, last_activity_at=old)
    while purge_closed_conversations():
        pass
    assert Message.objects.exists() != gone
    thread.refresh_from_db()
    assert (thread.last_message_preview == "", thread.contact is None) == (gone, False)


@pytest.mark.case("S120")
@pytest.mark.parametrize("messages", [1, 0])
def test_notes_go_with_the_messages_and_a_fresh_one_keeps_them(cast, messages):
    Organization.objects.filter(pk=cast.organization.pk).update(closed_months=5)
    thread = a_conversation(cast.number)
    old = timezone.now() - timedelta(days=200)
    add_note(thread.pk, body="Asked the maker.", by=by(cast.ben), at=old)
    fresh = add_note(thread.pk, body="They called.", by=by(cast.ben), at=timezone.now())
    Conversation.objects.update(status="closed", last_activity_at=old, message_count=messages)
    assert purge_closed_conversations() == 0
    assert Note.objects.count() == 2
    Note.objects.filter(pk=fresh.pk).update(created_at=old)
    while purge_closed_conversations():
        pass
    assert not Note.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.case("S120")
def test_who_comes_back_keeps_every_file_and_the_next_one_has_its_turn(cast, monkeypatch):
    Organization.objects.filter(pk=cast.organization.pk).update(closed_months=5)
    back = says(cast.number, "here").conversation
    says(cast.number, "long gone", wa_id="12025550177")
    old = timezone.now() - timedelta(days=200)
    Conversation.objects.update(status="closed", last_activity_at=old)
    Conversation.objects.filter(pk=back.pk).update(last_activity_at=old - timedelta(days=1))
    removed = []

    def is_back(ids):
        if back.pk in ids:
            Conversation.objects.filter(pk=back.pk).update(status="open")

    monkeypatch.setattr("inbox.actions.purging.hold", is_back)
    monkeypatch.setattr("inbox.actions.forgetting.remove_files", lambda rows: removed.append(rows))
    assert purge_closed_conversations()
    assert removed == []
    while purge_closed_conversations():
        pass
    assert Message.objects.get().conversation_id == back.pk


@pytest.mark.case("S120")
def test_events_go_after_90_days_but_for_what_a_timeline_shows(cast, monkeypatch):
    monkeypatch.setattr("accounts.actions.purging.BATCH", 2)
    thread = a_conversation(cast.number)
    kinds = ["message.status", "contact.merged", "message.status", "account.notice", "person.added"]
    for place, kind in enumerate(kinds):
        an_event(cast, thread, kind, days=91 - place / 100, seq=1_000 + place)
    an_event(cast, thread, "message.status", days=89, seq=2_000)
    while purge_events():
        pass
    left = Event.objects.filter(seq__gte=1_000).order_by("seq")
    assert [one.kind for one in left] == ["contact.merged", "account.notice", "message.status"]


def an_event(cast, thread, kind, *, days, seq):
    at = timezone.now() - timedelta(days=days)
    Event.objects.create(
        id=UUID(int=(int(at.timestamp() * 1000) << 80) + 1),
        organization=cast.organization,
        seq=seq,
        kind=kind,
        conversation=thread.pk,
        actor_type="system",
        at=at,
    )
