"""Every type of message over REST: its names, what Meta gets, what is refused before Meta."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inbox.models import Conversation, Message, Reaction
from tests.cast import DORA, a_conversation
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import Caller, a_key

LATER = {"Prefer": "respond-async"}
PAYLOADS = Path("tests/payloads/outbound")
BUTTONS = [{"id": "track", "title": "Track"}, {"id": "support", "title": "Talk to support"}]
ROWS = [{"id": "a", "title": "Returns", "description": "Send back"}, {"id": "b", "title": "Repair"}]
CARD = {"name": {"formatted_name": "Returns desk", "first_name": "Returns"}}
PLACE = {"latitude": 55.7, "longitude": 13.19, "name": "The shop", "address": "Lund"}


@pytest.fixture
def thread(cast) -> Conversation:
    """Dora wrote a moment ago."""
    return a_conversation(cast.number)


def sent(shop: Caller, path: str, body: dict) -> Message:
    answer = shop.post(path, {"to": DORA} | body, **LATER)
    assert answer.status_code == 202, answer.content
    return Message.objects.get(pk=answer.json()["data"]["id"])


def refused(shop: Caller, path: str, body: dict) -> tuple[int, str, str]:
    answer = shop.post(path, {"to": DORA} | body, **LATER)
    error = answer.json()["error"]
    field = error["fields"][0]["field"] if error["fields"] else ""
    return answer.status_code, error["code"], field


@pytest.mark.parametrize(
    ("path", "body", "kind", "shown"),
    [
        ("", {"type": "location", "location": PLACE}, "location", "The shop"),
        ("/location", PLACE, "location", "The shop"),
        ("", {"contacts": [CARD]}, "contacts", "Returns desk"),
        ("/contacts", {"contacts": [CARD]}, "contacts", "Returns desk"),
        ("/buttons", {"body_text": "Ready.", "buttons": BUTTONS}, "interactive", "Ready."),
        (
            "/list",
            {"bodyText": "Which?", "buttonText": "See", "sections": [{"title": "A", "rows": ROWS}]},
            "interactive",
            "Which?",
        ),
        (
            "/cta",
            {"body_text": "Pay", "display_text": "Pay now", "url": "https://pay.example/1"},
            "interactive",
            "Pay",
        ),
        (
            "/flow",
            {"body_text": "Two minutes.", "flow_id": "744190032218806", "flow_cta": "Open form"},
            "interactive",
            "Two minutes.",
        ),
        (
            "/flow",
            {"body_text": "B", "flow_name": "back", "flow_cta": "Open", "screen": "RETURN"},
            "interactive",
            "B",
        ),
    ],
)
def test_each_path_and_field_makes_its_type(shop, thread, path, body, kind, shown):
    message = sent(shop, f"/messages{path}", body)
    assert (message.type, message.content["body"]) == (kind, shown)
    assert message.payload["type"] == kind


@pytest.mark.parametrize(
    "name", [path.stem for path in PAYLOADS.glob("interactive_*.json") if "image" not in path.stem]
)
def test_metas_interactive_object_goes_as_it_is(shop, thread, name):
    given = json.loads((PAYLOADS / f"{name}.json").read_text())["interactive"]
    assert sent(shop, "/messages", {"interactive": given}).payload["interactive"] == given
    assert sent(shop, "/messages/interactive", {"interactive": given}).type == "interactive"


def test_what_can_be_pressed_is_frozen_with_the_message(shop, thread):
    body = {"header_text": "Order 1", "body_text": "Ready.", "buttons": BUTTONS}
    message = sent(shop, "/messages/buttons", body | {"footer_text": "Acme"})
    assert message.content == {
        "header": "Order 1",
        "media": None,
        "body": "Ready.",
        "footer": "Acme",
        "buttons": [{"text": "Track"}, {"text": "Talk to support"}],
    }


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/buttons", {"body_text": "x", "buttons": BUTTONS * 2}, "buttons"),
        ("/buttons", {"body_text": "x", "buttons": []}, "buttons"),
        ("/buttons", {"body_text": "x" * 1025, "buttons": BUTTONS}, "body_text"),
        (
            "/buttons",
            {"body_text": "x", "buttons": [{"id": "a", "title": "t" * 21}]},
            "buttons[0].reply.title",
        ),
        (
            "/list",
            {"body_text": "x", "button_text": "b" * 21, "sections": [{"rows": ROWS}]},
            "button_text",
        ),
        ("/cta", {"body_text": "x", "display_text": "y", "url": "http://x.example"}, "url"),
        ("/flow", {"body_text": "x", "flow_cta": "y"}, "flow_id"),
        ("/flow", {"body_text": "x", "flow_cta": "y" * 21, "flow_id": "1"}, "flow_cta"),
        ("/location", {"latitude": 91, "longitude": 0}, "location.latitude"),
        ("/contacts", {"contacts": [{"name": {}}]}, "contacts[0].name.formatted_name"),
        ("", {"interactive": {"type": "pigeon"}}, "interactive.type"),
        ("", {"text": "x", "location": PLACE}, "text"),
        ("", {"type": "image", "location": PLACE}, "image"),
    ],
)
def test_metas_limits_are_checked_here_and_name_the_field(shop, thread, path, body, field):
    assert refused(shop, f"/messages{path}", body) == (422, "VALIDATION_ERROR", field)
    assert not Message.objects.filter(direction="outbound").exists()


def test_a_wrong_count_is_told_in_metas_words(shop, thread):
    answer = shop.post("/messages/buttons", {"to": DORA, "body_text": "x", "buttons": []})
    assert answer.json()["error"]["fields"] == [
        {
            "field": "buttons",
            "code": "length",
            "description": "(#100) buttons must be 1-3 items",
        }
    ]


# --- reactions ---


def test_a_reaction_needs_only_the_message(shop, thread):
    wamid = thread.last_inbound_wamid
    for name in (wamid, str(thread.last_inbound_id)):
        answer = shop.post("/messages/reaction", {"message_id": name, "emoji": "👍"}, **LATER)
        assert answer.status_code == 202, answer.content
    assert Reaction.objects.get().emoji == "👍"
    data = shop.get(f"/messages/{wamid}").json()["data"]
    assert [(one["emoji"], one["by"]) for one in data["reactions"]] == [("👍", "agent")]


def test_an_empty_emoji_takes_it_back(shop, thread):
    here = f"/conversations/{thread.pk}/messages"
    for emoji in ("👍", ""):
        body = {"reaction": {"message_id": str(thread.last_inbound_id), "emoji": emoji}}
        assert shop.post(here, body, **LATER).status_code == 202
    assert Reaction.objects.get().emoji == ""


def test_a_reaction_to_a_message_of_another_thread_is_refused(cast, shop, thread):
    other = a_conversation(cast.number, wa_id="12025550199")
    body = {"reaction": {"message_id": str(other.last_inbound_id), "emoji": "👍"}}
    assert refused(shop, "/messages", body) == (422, "VALIDATION_ERROR", "reaction.message_id")


# --- raw ---

RAW = {"type": "text", "to": "+4915112345678", "text": {"body": "Raw words"}}


def raw(payload: object) -> dict:
    return {"type": "raw", "raw": {"version": "v19.0", "payload": json.dumps(payload)}}


def test_raw_takes_type_and_content_and_nothing_else(shop, thread):
    message = sent(shop, "/messages", raw(RAW | {"biz_opaque_callback_data": "mine"}))
    assert message.payload == {"type": "text", "text": {"body": "Raw words"}}
    assert (message.type, message.content["body"]) == ("text", "Raw words")


def test_raw_wants_its_own_scope(cast, thread):
    sender = Caller(a_key(cast.organization, scopes=["messages:send"]).key)
    assert refused(sender, "/messages", raw(RAW))[:2] == (403, "INSUFFICIENT_SCOPE")
    assert sent(sender, "/messages", {"text": "Hello"}).type == "text"


@pytest.mark.parametrize("payload", [[], {}, {"type": "text"}, {"type": "reaction"}, "text"])
def test_raw_that_is_no_content_is_refused(shop, thread, payload):
    assert refused(shop, "/messages", raw(payload)) == (422, "VALIDATION_ERROR", "raw.payload")


def test_a_raw_template_stops_at_an_opt_out(cast, shop, thread):
    template = a_template(cast.account, category="MARKETING")
    contact = thread.contact
    type(contact).objects.filter(pk=contact.pk).update(opted_out_at=thread.created_at)
    content = {"name": template.name, "language": {"code": template.language}}
    payload = {"type": "template", "template": content}
    assert refused(shop, "/messages", raw(payload))[:2] == (422, "RECIPIENT_OPTED_OUT")


def test_the_window_closes_for_every_free_form_type(cast, shop):
    a_conversation(cast.number, hours_ago=25)
    for body in ({"location": PLACE}, {"contacts": [CARD]}, raw(RAW)):
        assert refused(shop, "/messages", body)[:2] == (422, "SESSION_EXPIRED")
