"""The box for a note, and the note in the thread."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inbox.models import Note
from tests.cast import Cast, a_conversation
from tests.web.inbox.test_hostile_text import HOSTILE, Structure

pytestmark = pytest.mark.once
PART = {"HTTP_HX_REQUEST": "true"}


def test_a_note_is_written_and_shown(cast: Cast, client) -> None:
    thread = a_conversation(cast.number)
    client.force_login(cast.amina)
    here = f"/inbox/{thread.pk}/note/"
    assert "Only your team sees this" in client.get(here, **PART).content.decode()
    given = {"text": "Asked the maker.\r\nThey call back.", "form_token": str(uuid4())}
    for _twice in range(2):
        assert client.post(here, given).status_code == 302
    assert Note.objects.get().body == "Asked the maker.\nThey call back."
    page = client.get(f"/inbox/{thread.pk}/").content.decode()
    assert "Note by Amina" in page
    assert "They call back." in page


def test_what_cannot_be_a_note_stays_in_the_box(cast: Cast, client) -> None:
    thread = a_conversation(cast.number)
    client.force_login(cast.amina)
    here = f"/inbox/{thread.pk}/note/"
    answer = client.post(here, {"text": "x" * 4097}, **PART)
    assert (answer.status_code, "x" * 4097 in answer.content.decode()) == (422, True)
    assert "Write something first." in client.post(here, {"text": " "}, **PART).content.decode()
    assert not Note.objects.exists()


def test_whatever_it_says_stays_text(cast: Cast, client) -> None:
    thread = a_conversation(cast.number)
    client.force_login(cast.amina)
    client.post(f"/inbox/{thread.pk}/note/", {"text": "plain"})
    address = f"/inbox/{thread.pk}/"
    plain = Structure(client.get(address).content.decode()).elements
    for text in HOSTILE:
        Note.objects.update(body=text)
        assert Structure(client.get(address).content.decode()).elements == plain, text
