"""What a browser, or somebody who plays one, may send without breaking a page."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import Conversation, Draft, Message
from tests.cast import Cast, a_conversation, a_number, an_organization, says
from tests.domain.templates_app.conftest import a_template

NUL = "\0"
KEY = "01a1fdf7-7132-7187-8de6-2550aee79fea"


def path(thread: Conversation, tail: str = "") -> str:
    return f"/inbox/{thread.pk}/{tail}"


@pytest.mark.parametrize(
    "query",
    [
        {"search": f"do{NUL}ra"},
        {"view": f"mi{NUL}ne"},
        {"cursor": f"0001-01-01T00:00:00+23:59~{KEY}"},
        {"cursor": f"9999-12-31T23:59:59-23:59~{KEY}"},
        {"cursor": f"2026-01-01~{KEY}"},
        {"cursor": NUL},
    ],
    ids=repr,
)
def test_no_address_of_the_list_breaks_it(cast: Cast, browser, query: dict[str, str]) -> None:
    a_conversation(cast.number)
    assert browser(cast.amina).get("/inbox/", query).status_code == 200
    assert browser(cast.amina).get("/inbox/marks/", query).status_code == 200


def test_a_draft_keeps_what_can_be_stored(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    answer = browser(cast.amina).post(path(thread, "draft/"), {"text": f"a{NUL}b"})
    assert (answer.status_code, Draft.objects.get().text) == (204, "ab")


def test_a_template_value_is_sent_without_what_cannot_be_stored(cast: Cast, browser) -> None:
    thread = a_conversation(cast.number)
    template = a_template(cast.account, "order_confirmation")
    for tail in ("picker/preview/", "templates/"):
        answer = browser(cast.amina, htmx=True).post(
            path(thread, tail),
            {
                "form_token": str(uuid.uuid4()),
                "template": str(template.pk),
                "var:customer_name": f"Do{NUL}ra",
                "var:1": f"Do{NUL}ra",
                f"var:{NUL}": "x",
            },
        )
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize("field", ["last_seen", "reply_to", "form_token", "text"])
@pytest.mark.parametrize("value", ["9" * 30, "-1", NUL, "no", "9" * 5000])
def test_no_value_of_a_field_breaks_the_composer(
    cast: Cast, browser, field: str, value: str
) -> None:
    thread = a_conversation(cast.number)
    form = {"form_token": str(uuid.uuid4()), "text": "Hello", field: value}
    answer = browser(cast.amina, htmx=True).post(path(thread, "messages/"), form)
    assert answer.status_code in (200, 422)


def test_earlier_messages_are_counted_from_a_message_of_this_thread_only(
    cast: Cast, browser
) -> None:
    thread = a_conversation(cast.number)
    theirs = a_number(an_organization("Elsewhere"), waba_id="1", meta_phone_number_id="2")
    old = timezone.now() - timedelta(days=1)
    foreign = says(theirs, "Elsewhere", at=old, phone_number_id="2")
    before = f"{int(old.timestamp() * 1000)}-{foreign.pk}"
    answer = browser(cast.amina, htmx=True).get(path(thread, "older/"), {"before": before})
    mine = Message.objects.get(conversation=thread)
    assert f"message-{mine.pk}" in answer.text or str(mine.pk) in answer.text
