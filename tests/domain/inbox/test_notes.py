"""Notes: in the thread, in an export, gone with the person; never on the way to a customer."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actors import api_key
from accounts.models import Event
from accounts.refusals import Refused
from inbox import queries
from inbox.actions.conversations import close
from inbox.actions.notes import add_note
from inbox.models import Conversation, Message, Note
from tests.cast import Cast, a_conversation, by
from tests.web.api.conftest import a_key


def lines(cast: Cast, thread: Conversation) -> list[tuple[str, str]]:
    row = Conversation.objects.get(pk=thread.pk)
    page = queries.thread_page(cast.amina, row, at=timezone.now())
    return [(one.author, one.text) for one in page.items if getattr(one, "is_note", False)]


def test_it_stands_in_the_thread_and_changes_nothing_else(cast: Cast) -> None:
    thread = a_conversation(cast.number, hours_ago=30)
    before = Conversation.objects.values().get()
    add_note(thread.pk, body=" Asked the maker. ", by=by(cast.ben), at=timezone.now())
    assert lines(cast, thread) == [("Ben", "Asked the maker.")]
    assert Conversation.objects.values().get() == before
    assert not Message.objects.filter(direction="outbound").exists()
    event = Event.objects.get(kind="note.added")
    assert "maker" not in str((event.ids, event.data))


def test_a_closed_one_takes_notes_as_well_and_a_program_signs_with_its_keys_name(cast) -> None:
    thread = a_conversation(cast.number)
    close(thread.pk, by=by(cast.ben), at=timezone.now())
    key = a_key(cast.organization, "Order system").row
    note = add_note(thread.pk, body="Refunded.", by=api_key(key), at=timezone.now())
    assert (note.author, note.author_name) == (None, "Order system")
    assert Conversation.objects.get().status == "closed"


def test_a_repeat_with_the_same_token_writes_it_once(cast: Cast) -> None:
    thread, token = a_conversation(cast.number), uuid4()
    ben, at = by(cast.ben), timezone.now()
    first = add_note(thread.pk, body="Once.", by=ben, at=at, token=token)
    assert add_note(thread.pk, body="Once.", by=ben, at=at, token=token) == first
    assert Event.objects.filter(kind="note.added").count() == 1


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 4097])
def test_nothing_and_too_much_are_refused(cast: Cast, body: str) -> None:
    thread = a_conversation(cast.number)
    with pytest.raises(Refused) as refusal:
        add_note(thread.pk, body=body, by=by(cast.ben), at=timezone.now())
    assert (refusal.value.code, refusal.value.field) == ("VALIDATION_ERROR", "body")
    assert not Note.objects.exists()


def test_who_has_gone_stays_its_author_by_name(cast: Cast) -> None:
    thread = a_conversation(cast.number)
    add_note(thread.pk, body="Mine.", by=by(cast.ben), at=timezone.now())
    Note.objects.update(author=None)
    assert lines(cast, thread) == [("Ben", "Mine.")]
