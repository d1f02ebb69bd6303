"""The dialogs of the composer and reactions, through their addresses."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inbox.actions.outbox import claim
from inbox.models import Message, Reaction
from tests.cast import Cast, a_conversation

pytestmark = pytest.mark.django_db

BODY = {"body": "When shall we come?"}
SENT = [
    pytest.param(
        "location",
        {"latitude": "52.52", "longitude": "13.405", "name": "Kettle & Co"},
        {"latitude": 52.52, "longitude": 13.405, "name": "Kettle & Co"},
        id="location",
    ),
    pytest.param(
        "contact",
        {"name": "Ana Lucía", "phone": "+55 11 91234", "wa_id": "551191234", "company": "Teas"},
        [
            {
                "name": {"formatted_name": "Ana Lucía", "first_name": "Ana"},
                "phones": [{"phone": "+55 11 91234", "type": "CELL", "wa_id": "551191234"}],
                "org": {"company": "Teas"},
            }
        ],
        id="contact",
    ),
    pytest.param(
        "buttons",
        {**BODY, "button_1": "Morning", "button_3": "Evening"},
        {
            "type": "button",
            "body": {"text": "When shall we come?"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "button-1", "title": "Morning"}},
                    {"type": "reply", "reply": {"id": "button-3", "title": "Evening"}},
                ]
            },
        },
        id="buttons",
    ),
    pytest.param(
        "list",
        {**BODY, "button": "Days", "row_1": "Monday", "row_2": "Friday", "about_2": "late"},
        {
            "type": "list",
            "body": {"text": "When shall we come?"},
            "action": {
                "button": "Days",
                "sections": [
                    {
                        "rows": [
                            {"id": "row-1", "title": "Monday"},
                            {"id": "row-2", "title": "Friday", "description": "late"},
                        ]
                    }
                ],
            },
        },
        id="list",
    ),
    pytest.param(
        "link",
        {**BODY, "words": "See it", "url": "https://kettle.example/blue", "footer": "Kettle & Co"},
        {
            "type": "cta_url",
            "body": {"text": "When shall we come?"},
            "footer": {"text": "Kettle & Co"},
            "action": {
                "name": "cta_url",
                "parameters": {"display_text": "See it", "url": "https://kettle.example/blue"},
            },
        },
        id="link",
    ),
]
WRONG = [
    pytest.param("location", {"latitude": "91", "longitude": "0"}, "latitude", id="degrees"),
    pytest.param("contact", {"name": "Ana"}, "__all__", id="a card with nothing on it"),
    pytest.param("buttons", {**BODY, "button_1": "x" * 21}, "button_1", id="a long button"),
    pytest.param(
        "buttons", {**BODY, "button_1": "🫖" * 11}, "button_1", id="counted as Meta counts"
    ),
    pytest.param(
        "buttons", {**BODY, "button_1": "Yes", "button_2": "Yes"}, "button_2", id="two the same"
    ),
    pytest.param("list", {**BODY, "button": "Days"}, "row_1", id="a list of nothing"),
    pytest.param(
        "list", {**BODY, "button": "Days", "row_1": "A", "about_4": "b"}, "row_4", id="no title"
    ),
    pytest.param(
        "link", {**BODY, "words": "See it", "url": "http://kettle.example"}, "url", id="no https"
    ),
]


def posts(client, thread, kind: str, **fields):
    fields = {"form_token": uuid4(), **fields}
    return client.post(f"/inbox/{thread.pk}/compose/{kind}/", fields)


@pytest.mark.parametrize(("kind", "fields", "content"), SENT)
def test_a_dialog_becomes_the_message_it_says(
    cast: Cast, browser, kind: str, fields: dict[str, str], content: object
) -> None:
    thread = a_conversation(cast.number)
    answer = posts(browser(cast.amina, htmx=True), thread, kind, **fields)
    message = Message.objects.get(conversation=thread, direction="outbound")
    assert answer.status_code == 200
    assert f'id="m-{message.pk}"' in answer.content.decode()
    assert message.payload == {"type": message.payload["type"], message.payload["type"]: content}


@pytest.mark.parametrize(("kind", "fields", "field"), WRONG)
def test_a_mistake_is_told_at_its_field_and_nothing_is_sent(
    cast: Cast, browser, kind: str, fields: dict[str, str], field: str
) -> None:
    thread = a_conversation(cast.number)
    answer = posts(browser(cast.amina, htmx=True), thread, kind, **fields)
    assert answer.status_code == 422
    assert list(answer.context["compose"].errors) == [field]
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_dialog_that_was_overtaken_may_be_sent_anyway(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number, assigned_to=cast.ben), browser(cast.amina)
    place = {"latitude": "1", "longitude": "2"}
    answer = posts(client, thread, "location", **place)
    assert (answer.status_code, answer.context["may_force"]) == (409, True)
    assert posts(client, thread, "location", **place, force="1").status_code == 302


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("location", {"latitude": "1", "longitude": "2"}, ""),
        ("buttons", {**BODY, "button_1": "Morning"}, "When shall we come?"),
    ],
)
def test_what_a_dialog_sends_can_be_undone(cast: Cast, browser, kind, fields, words: str) -> None:
    cast.amina.undo_seconds = 10
    cast.amina.save()
    thread, client = a_conversation(cast.number), browser(cast.amina, htmx=True)
    assert 'data-act="undo"' in posts(client, thread, kind, **fields).text
    message = Message.objects.get(direction="outbound")
    answer = client.post(f"/inbox/{thread.pk}/undo/{message.pk}/").text
    assert answer.split("data-undone")[1].partition(">")[2].partition("<")[0] == words
    message.refresh_from_db()
    assert (message.status, claim(5)) == ("cancelled", [])


def test_somebody_we_know_fills_the_card(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina)
    address = f"/inbox/{thread.pk}/compose/contact/"
    found = client.get(address, {"search": thread.contact.shown_name}).context["people"]
    page = client.get(address, {"contact": found[0].id})
    assert page.context["compose"]["name"].value() == thread.contact.shown_name
    assert client.get(f"/inbox/{thread.pk}/compose/fax/").status_code == 404


def test_an_emoji_stands_below_its_message_until_it_is_taken_back(cast: Cast, browser) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina, htmx=True)
    said = Message.objects.get(conversation=thread)
    address = f"/inbox/{thread.pk}/messages/{said.pk}/reaction/"
    shown = client.post(address, {"emoji": "👍"}).content.decode()
    assert f'id="m-{said.pk}"' in shown
    assert 'data-ours="👍"' in shown
    assert "data-ours" not in client.post(address, {"emoji": ""}).content.decode()
    assert Reaction.objects.get(message=said).emoji == ""
    assert client.post(address, {"emoji": "no emoji"}).status_code == 422


@pytest.mark.parametrize("wanted", [True, False])
def test_a_link_is_sent_with_its_preview_when_that_was_chosen(
    cast: Cast, browser, wanted: bool
) -> None:
    thread, client = a_conversation(cast.number), browser(cast.amina)
    said = {"text": "https://kettle.example", "form_token": uuid4()}
    client.post(f"/inbox/{thread.pk}/messages/", said | ({"preview_url": "1"} if wanted else {}))
    message = Message.objects.get(conversation=thread, direction="outbound")
    assert message.payload["text"]["preview_url"] is wanted
