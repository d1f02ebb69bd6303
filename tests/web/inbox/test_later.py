"""Send later, undo, edit: what the page posts and what it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import PhoneNumber
from inbox.actions import ownership
from inbox.actions.outbox import claim
from inbox.models import Conversation, Draft, Message
from tests.cast import Cast, a_conversation, by, says, with_assistant


def path(thread: Conversation, rest: str = "") -> str:
    return f"/inbox/{thread.pk}/{rest}"


def a_form(**fields: Any) -> dict[str, Any]:
    chosen = {"at": "hour", "if_changed": "hold", "closed": "hold"}
    return {"text": "Good morning", "form_token": str(uuid4())} | chosen | fields


def ours() -> Message:
    return Message.objects.get(direction="outbound")


def test_a_preset_waits_above_the_composer_and_not_in_the_thread(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina, htmx=True).post(path(thread, "later/"), a_form())
    assert (answer.status_code, ours().status) == (200, "scheduled")
    page = browser(cast.ben).get(path(thread)).text
    assert f"waiting-{ours().pk}" in page
    assert f"m-{ours().pk}" not in page


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", 9), ("Africa/Nairobi", 6), ("America/New_York", 14)]
)
def test_an_own_time_is_by_the_persons_clock(cast: Cast, browser, zone: str, hour: int) -> None:
    cast.amina.time_zone = zone
    cast.amina.save()
    day = (timezone.now() + timedelta(days=20)).date()
    form = a_form(at="own", moment=f"{day}T09:00")
    browser(cast.amina).post(path(a_conversation(cast.number), "later/"), form)
    assert abs(ours().scheduled_at.hour - hour) <= 1  # summer time, somewhere


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"at": "own"}, 422),
        ({"at": "own", "moment": "2050-01-01T09:00"}, 422),
        ({"text": " "}, 422),
        ({"if_changed": "dance"}, 422),
    ],
)
def test_what_cannot_be_scheduled_is_told_and_stays(cast: Cast, browser, fields, status) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina).post(path(thread, "later/"), a_form(**fields))
    assert (answer.status_code, Message.objects.filter(direction="outbound").count()) == (status, 0)
    assert 'role="alert"' in answer.text


def test_the_dialog_warns_of_the_window_and_tells_the_customers_time(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number, hours_ago=23.5)
    dialog = browser(cast.amina, htmx=True).get(path(thread, "later/")).text
    assert dialog.count('<span class="later__closed"') == dialog.count('class="later__time"')
    assert "in New York" in dialog  # Dora's number is of Washington


def test_the_same_form_twice_is_one_message(cast: Cast, browser) -> None:
    thread, form = a_conversation(cast.number), a_form()
    for _ in range(3):
        browser(cast.amina).post(path(thread, "later/"), form)
    assert ours().status == "scheduled"


def test_another_text_and_another_time(cast: Cast, browser) -> None:
    thread, amina = a_conversation(cast.number), browser(cast.amina)
    amina.post(path(thread, "later/"), a_form())
    day = (timezone.now() + timedelta(days=3)).date()
    form = {"text": "Good evening", "moment": f"{day}T18:00"}
    assert amina.post(path(thread, f"edit/{ours().pk}/"), form).status_code == 302
    assert (ours().content["body"], ours().scheduled_at.date()) == ("Good evening", day)


def test_sent_now_it_leaves_and_cancelled_it_never_was_in_the_thread(cast: Cast, browser) -> None:
    thread, amina = a_conversation(cast.number), browser(cast.amina, htmx=True)
    amina.post(path(thread, "later/"), a_form())
    amina.post(path(thread, f"send-now/{ours().pk}/"))
    assert len(claim(5)) == 1
    amina.post(path(thread, "later/"), a_form(text="Never mind"))
    waiting = Message.objects.get(status="scheduled")
    amina.post(path(thread, f"cancel/{waiting.pk}/"))
    assert "Never mind" not in amina.get(path(thread)).text


@pytest.mark.parametrize("htmx", [True, False])
def test_who_closes_is_asked_about_what_is_scheduled(cast: Cast, browser, htmx: bool) -> None:
    thread = a_conversation(cast.number)
    amina = browser(cast.amina, htmx=htmx)
    amina.post(path(thread, "later/"), a_form())
    answer = amina.post(path(thread, "close/"))
    assert (answer.status_code, 'name="scheduled"' in answer.text) == (409, True)
    amina.post(path(thread, "close/"), {"scheduled": "keep"})
    thread.refresh_from_db()
    assert (thread.status, ours().status) == ("closed", "scheduled")


# --- undo ---


def sends(cast: Cast, browser, thread: Conversation, text: str = "Oops", *, htmx: bool = True):
    cast.amina.undo_seconds = 10
    cast.amina.save()
    form = {"text": text, "form_token": str(uuid4())}
    client = browser(cast.amina, htmx=htmx)
    client.post(path(thread, "messages/"), form)
    return client, form


@pytest.mark.parametrize("htmx", [True, False])
def test_undone_the_words_are_back_in_the_box(cast: Cast, browser, htmx: bool) -> None:
    thread = a_conversation(cast.number)
    amina, _form = sends(cast, browser, thread, htmx=htmx)
    assert 'data-act="undo"' in amina.get(path(thread)).text
    answer = amina.post(path(thread, f"undo/{ours().pk}/"))
    assert answer.status_code == (200 if htmx else 302)
    if htmx:
        assert "data-remove" in answer.text
        assert "Oops" in answer.text.split("data-undone")[1]
    page = amina.get(path(thread)).text
    assert (f"m-{ours().pk}" in page, Draft.objects.get().text) == (False, "Oops")
    assert claim(5) == []


def test_a_repeat_of_its_form_does_not_send_what_was_undone(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    amina, form = sends(cast, browser, thread)
    amina.post(path(thread, f"undo/{ours().pk}/"))
    assert amina.post(path(thread, "messages/"), form).status_code == 200
    assert ours().status == "cancelled"


@pytest.mark.case("F87")
def test_a_failed_one_edited_and_sent_is_linked_and_not_retried_again(cast: Cast, browser) -> None:
    thread, amina = a_conversation(cast.number), browser(cast.amina, htmx=True)
    amina.post(path(thread, "messages/"), {"text": "Hi", "form_token": str(uuid4())})
    first = ours()
    Message.objects.update(status="failed", status_rank=45, failure={"next_step": "edit"})
    form = {"text": "Hello", "form_token": str(uuid4()), "retry_of": str(first.pk)}
    amina.post(path(thread, "messages/"), form)
    for _ in range(3):
        amina.post(path(thread, f"retry/{first.pk}/"))
    assert [one.content["body"] for one in first.retries.all()] == ["Hello"]
    assert len(claim(5)) == 1


def test_an_edit_of_a_failed_one_that_is_undone_leaves_it_to_be_sent_again(cast, browser) -> None:
    thread = a_conversation(cast.number)
    amina, _form = sends(cast, browser, thread, "Hi")
    first = ours()
    Message.objects.update(status="failed", status_rank=45, failure={"next_step": "edit"})
    form = {"text": "Hello", "form_token": str(uuid4()), "retry_of": str(first.pk)}
    amina.post(path(thread, "messages/"), form)
    amina.post(path(thread, f"undo/{first.retries.get().pk}/"))
    amina.post(path(thread, f"retry/{first.pk}/"))
    assert [one.content["body"] for one in first.retries.all()] == ["Hi"]


def test_without_a_script_a_failed_one_comes_back_to_the_box_by_its_link(cast, browser) -> None:
    thread, amina = a_conversation(cast.number), browser(cast.amina)
    amina.post(path(thread, "messages/"), {"text": "Hi there", "form_token": str(uuid4())})
    Message.objects.filter(pk=ours().pk).update(
        status="failed", status_rank=45, failure={"next_step": "edit"}
    )
    assert f"?resend={ours().pk}" in amina.get(path(thread)).text
    page = amina.get(path(thread, f"?resend={ours().pk}")).text
    assert f'name="retry_of" value="{ours().pk}"' in page
    assert "Hi there</textarea>" in page


# --- typing ---


@pytest.mark.case("F90")
@pytest.mark.parametrize(("policy", "due"), [("never", 0), ("on_reply", 0), ("on_open", 1)])
def test_typing_shows_only_where_the_policy_lets_it_read(cast: Cast, browser, policy, due) -> None:
    PhoneNumber.objects.update(read_receipts=policy)
    last = says(cast.number)
    thread, amina = last.conversation, browser(cast.amina)
    assert ("data-typing" in amina.get(path(thread)).text) == bool(due)
    amina.post(path(thread, "typing/"))
    waiting = Conversation.objects.filter(receipt_due_wamid=last.wamid, receipt_typing=True)
    assert waiting.count() == due
    Conversation.objects.update(receipt_due_wamid="", receipt_typing=False)
    amina.post(path(thread, "typing/"))
    assert waiting.count() == 0  # once in 20 s


def test_a_takeover_is_undone_with_the_message_that_made_it(cast: Cast, browser) -> None:
    with_assistant(cast.number)
    thread = a_conversation(cast.number)
    amina, _form = sends(cast, browser, thread)
    amina.post(path(thread, f"undo/{ours().pk}/"))
    thread.refresh_from_db()
    assert thread.mode == "ai"
    ownership.take_over(thread.pk, by=by(cast.ben), at=timezone.now())
    page = amina.get(path(thread)).text
    assert "took the answer back" in page
