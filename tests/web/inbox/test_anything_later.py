"""Send later: a template and files as well as a text, and another time for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from inbox.actions.firing import fire_due
from inbox.actions.outbox import claim
from inbox.models import Conversation, Message
from tests.cast import Cast, a_conversation, says
from tests.domain.templates_app.conftest import a_template
from tests.web.inbox.test_attachments import id_in, puts

GREETING = [{"type": "BODY", "text": "Dear {{1}}, we have it."}]


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def waiting() -> list[Message]:
    return list(Message.objects.filter(direction="outbound").order_by("id"))


def asks(client, thread: Conversation, **fields: Any):
    """The dialog with what stands in the box or the picker; with `at`, it is scheduled."""
    return client.post(f"/inbox/{thread.pk}/later/", {"form_token": str(uuid4())} | fields)


def chosen(**fields: Any) -> dict[str, Any]:
    return {"at": "hour", "if_changed": "hold"} | fields


def comes() -> None:
    Message.objects.filter(status="scheduled").update(scheduled_at=timezone.now())
    while fire_due():
        pass


@pytest.mark.parametrize("htmx", [True, False])
def test_a_template_waits_and_goes_also_when_the_window_is_closed(
    cast: Cast, browser, htmx: bool
) -> None:
    template = a_template(cast.account, "greeting", components=GREETING)
    thread, amina = a_conversation(cast.number, hours_ago=30), browser(cast.amina, htmx=htmx)
    picked = {"template": str(template.pk), "var:1": "Dora"}
    dialog = asks(amina, thread, **picked)
    assert (dialog.status_code, waiting()) == (200, [])
    assert "Dear Dora, we have it." in dialog.text
    assert 'name="var:1" value="Dora"' in dialog.text
    assert 'name="closed"' not in dialog.text  # a template may go whenever
    assert 'class="later__closed" role="status" data-late hidden' in dialog.text
    asks(amina, thread, **picked, **chosen())
    assert [(one.status, one.template_name) for one in waiting()] == [("scheduled", "greeting")]
    comes()
    assert len(claim(5)) == 1


def test_a_value_that_is_missing_is_told_and_nothing_waits(cast: Cast, browser) -> None:
    template = a_template(cast.account, "greeting", components=GREETING)
    answer = asks(
        browser(cast.amina), a_conversation(cast.number), template=str(template.pk), **chosen()
    )
    assert (answer.status_code, waiting()) == (422, [])
    assert 'role="alert"' in answer.text


def test_files_wait_with_their_captions_and_leave_in_order(cast: Cast, browser) -> None:
    thread, amina = a_conversation(cast.number), browser(cast.amina)
    ids = [str(id_in(puts(amina, thread))) for _ in range(2)]
    box = {"text": "Both of them", "attachment": ids, f"caption:{ids[0]}": "the blue one"}
    dialog = asks(amina, thread, **box)
    assert (dialog.status_code, waiting()) == (200, [])
    assert all(f'name="attachment" value="{one}"' in dialog.text for one in ids)
    assert "the blue one" in dialog.text
    form = box | chosen(closed="hold")
    for _ in range(2):  # the same form twice
        amina.post(f"/inbox/{thread.pk}/later/", {"form_token": str(thread.pk)} | form)
    kinds = [("text", "Both of them"), ("image", "the blue one"), ("image", None)]
    assert [
        (one.type, one.content.get("body") or one.content.get("caption") or None)
        for one in waiting()
    ] == kinds
    assert {one.status for one in waiting()} == {"scheduled"}
    assert f"attachment-{ids[0]}" not in amina.get(f"/inbox/{thread.pk}/").text  # not in the tray
    comes()
    assert [one.status for one in waiting()] == ["queued"] * 3


def test_a_template_goes_in_the_place_of_one_message_only(cast: Cast, browser) -> None:
    template = a_template(cast.account, "plain", components=[{"type": "BODY", "text": "Hello."}])
    thread, amina = a_conversation(cast.number), browser(cast.amina)
    ids = [str(id_in(puts(amina, thread))) for _ in range(2)]
    assert "Send a template instead" in asks(amina, thread, text="Hi").text
    assert "Send a template instead" not in asks(amina, thread, attachment=ids).text
    answer = asks(amina, thread, attachment=ids, **chosen(closed=str(template.pk)))
    assert (answer.status_code, waiting()) == (422, [])
    assert "in the place of one message only" in answer.text


def test_who_wrote_meanwhile_holds_a_template_too(cast: Cast, browser) -> None:
    template = a_template(cast.account, "plain", components=[{"type": "BODY", "text": "Hello."}])
    thread = a_conversation(cast.number)
    asks(browser(cast.amina), thread, template=str(template.pk), **chosen())
    says(cast.number, "Are you there?")
    comes()
    assert [one.status for one in waiting()] == ["held"]


def test_a_template_and_a_file_can_have_another_time_only(cast: Cast, browser) -> None:
    template = a_template(cast.account, "plain", components=[{"type": "BODY", "text": "Hello."}])
    thread, amina = a_conversation(cast.number), browser(cast.amina)
    asks(amina, thread, template=str(template.pk), **chosen())
    [message] = waiting()
    path = f"/inbox/{thread.pk}/edit/{message.pk}/"
    assert "Another time" in amina.get(f"/inbox/{thread.pk}/").text
    assert "<textarea" not in amina.get(path).text.partition("data-later-form")[2]
    day = (timezone.now() + timedelta(days=4)).date()
    assert amina.post(path, {"text": "x", "moment": f"{day}T09:00"}).status_code == 302
    [moved] = waiting()
    assert (moved.scheduled_at and moved.scheduled_at.date(), moved.content) == (
        day,
        message.content,
    )
    assert amina.post(path, {}).status_code == 422


def test_somebody_elses_file_cannot_be_scheduled(cast: Cast, browser) -> None:
    mine, theirs = a_conversation(cast.number), a_conversation(cast.number, wa_id="12025550177")
    amina = browser(cast.amina)
    file = str(id_in(puts(amina, theirs)))
    assert asks(amina, mine, attachment=[file], **chosen()).status_code == 404
    assert waiting() == []
