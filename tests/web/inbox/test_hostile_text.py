"""Whatever customers send is text: no element, no attribute and no link is made from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import timezone
from typing_extensions import override

from inbox.models import Conversation, Message
from tests.cast import DORA, Cast, arrives, envelope, says

pytestmark = pytest.mark.once

HOSTILE = (
    "<img src=x onerror=__pwn()>",
    '"><svg onload=__pwn()>',
    "'-__pwn()-'",
    "</script><script>__pwn()</script>",
    "</textarea><script>__pwn()</script>",
    '<div hx-get="/logout" hx-trigger="load">',
    '<i data-hx-post="/x" hx-on::load="__pwn()">',
    "<base href=//evil>",
    "<form action=//evil><button>",
    "<style>@import'//evil'</style>",
    '<meta http-equiv=refresh content="0;url=//evil">',
    "&lt;img src=x onerror=__pwn()&gt;",
    "{{7*7}}",
    "{% debug %}",
    "${7*7}",
    "a\u2028b",
    "a\u202eb",
    "a\x00b",
    "<" * 2000,
    "javascript:__pwn()",
)
HARMLESS = "quite harmless"
SCHEMES = ("javascript:", "data:", "vbscript:", "//evil")
# Made by our own filter from WhatsApp's marks.
MARKUP = {"strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote"}


class Structure(HTMLParser):
    """Every element with the names of its attributes, in order; links and text apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in MARKUP:
            self.elements.append((tag, tuple(sorted(name for name, _value in attrs))))
        named = dict(attrs)
        self.addresses += [str(named[one]) for one in ("href", "src", "action") if one in named]

    @override
    def handle_data(self, data: str) -> None:
        self.words.append(data)


Sink = Callable[[str], dict[str, Any]]
FILE = {"mime_type": "image/jpeg", "sha256": "x", "id": "1"}
SINKS: dict[str, Sink] = {
    "text": lambda p: {"type": "text", "text": {"body": p}},
    "image caption": lambda p: {"type": "image", "image": FILE | {"caption": p}},
    "video caption": lambda p: {"type": "video", "video": FILE | {"caption": p}},
    "document": lambda p: {
        "type": "document",
        "document": FILE | {"filename": p, "caption": p, "mime_type": p},
    },
    "location": lambda p: {
        "type": "location",
        "location": {"latitude": 1.5, "longitude": 2.5, "name": p, "address": p, "url": p},
    },
    "contacts": lambda p: {
        "type": "contacts",
        "contacts": [
            {
                "name": {"formatted_name": p, "first_name": p, "last_name": p},
                "org": {"company": p, "title": p, "department": p},
                "emails": [{"email": p}],
                "phones": [{"phone": p, "wa_id": p}],
                "urls": [{"url": p}],
                "birthday": p,
            }
        ],
    },
    "button": lambda p: {"type": "button", "button": {"payload": p, "text": p}},
    "button reply": lambda p: {
        "type": "interactive",
        "interactive": {"type": "button_reply", "button_reply": {"id": p, "title": p}},
    },
    "list reply": lambda p: {
        "type": "interactive",
        "interactive": {
            "type": "list_reply",
            "list_reply": {"id": p, "title": p, "description": p},
        },
    },
    "form": lambda p: {
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {"name": p, "body": p, "response_json": p},
        },
    },
    "answers of a form": lambda p: {
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {
                "name": "flow",
                "body": "Sent",
                "response_json": json.dumps({p: p, "more": {"in": [p, {"it": p}]}}),
            },
        },
    },
    "edit of nothing here": lambda p: {
        "type": "edit",
        "edit": {
            "original_message_id": "wamid.none",
            "message": {"type": "text", "text": {"body": p}},
        },
    },
    "product": lambda p: {
        "type": "text",
        "text": {"body": "hello"},
        "context": {"referred_product": {"catalog_id": p, "product_retailer_id": p}},
    },
    "order": lambda p: {
        "type": "order",
        "order": {
            "catalog_id": p,
            "text": p,
            "product_items": [
                {
                    "product_retailer_id": p,
                    "quantity": 1,
                    "item_price": 2.5,
                    "currency": p,
                }
            ],
        },
    },
    "referral": lambda p: {
        "type": "text",
        "text": {"body": "hello"},
        "referral": {
            "headline": p,
            "body": p,
            "source_url": p,
            "image_url": p,
            "source_type": "ad",
            "source_id": p,
        },
    },
    "quote": lambda p: {
        "type": "text",
        "text": {"body": "hello"},
        "context": {"from": p, "id": p},
    },
    "unsupported": lambda p: {
        "type": "unsupported",
        "unsupported": {"type": p},
        "errors": [
            {"code": 131051, "title": p, "message": p, "error_data": {"details": p}},
        ],
    },
    "new type": lambda p: {"type": p, p: {"body": p}},
}


def a_thread_of(cast: Cast, sink: Sink, payloads: tuple[str, ...], who: str) -> Conversation:
    """One conversation in which each payload has come once."""
    now = str(int(timezone.now().timestamp()))
    messages = [
        {"from": who, "id": f"wamid.{who}.{number}", "timestamp": now} | sink(payload)
        for number, payload in enumerate(payloads)
    ]
    contacts = [{"profile": {"name": "Dora"}, "wa_id": who}]
    arrives(cast.number, envelope({"contacts": contacts, "messages": messages}))
    return Conversation.objects.get(contact__identities__value=who)


def rendered(client, thread: Conversation) -> Structure:
    answer = client.get(f"/inbox/{thread.pk}/")
    assert answer.status_code == 200
    return Structure(answer.text)


def same_elements(one: Structure, other: Structure) -> None:
    """The first has no element, and no attribute, that the second has not."""
    assert not Counter(one.elements) - Counter(other.elements)
    for address in one.addresses:
        assert not address.strip().lower().startswith(SCHEMES), address


@pytest.mark.parametrize("name", SINKS)
def test_a_thread_of_hostile_messages_has_the_elements_of_a_harmless_one(
    cast: Cast, browser, name: str
) -> None:
    client = browser(cast.amina, htmx=True)
    bad = a_thread_of(cast, SINKS[name], HOSTILE, DORA)
    good = a_thread_of(cast, SINKS[name], (HARMLESS,) * len(HOSTILE), "12025550999")
    assert Message.objects.filter(conversation=bad).count() == len(HOSTILE)
    same_elements(rendered(client, bad), rendered(client, good))
    rows = client.get("/inbox/").text.split('id="row-')
    first, second = (Structure(row) for row in rows[1:3])
    assert [tag for tag, _ in first.elements][:8] == [tag for tag, _ in second.elements][:8]


def test_what_is_known_of_a_hostile_message_is_text(cast: Cast, browser) -> None:
    """The one place where Meta's JSON is shown as it came, opened as a part and as a page."""
    for htmx in (True, False):
        client = browser(cast.ada, htmx=htmx)
        found = []
        for number, payloads in enumerate(((HARMLESS,) * len(HOSTILE), HOSTILE)):
            who = f"120255501{number}{int(htmx)}"
            thread = a_thread_of(cast, SINKS["new type"], payloads, who)
            found.append(
                [
                    Structure(client.get(f"/inbox/{thread.pk}/messages/{row.pk}/").text)
                    for row in Message.objects.filter(conversation=thread).order_by("wamid")
                ]
            )
        for harmless, hostile in zip(*found, strict=True):
            same_elements(hostile, harmless)


def test_hostile_text_is_readable_as_it_was_sent(cast: Cast, browser) -> None:
    thread = a_thread_of(cast, SINKS["text"], HOSTILE, DORA)
    words = "".join(rendered(browser(cast.amina, htmx=True), thread).words)
    for payload in HOSTILE:
        assert payload.replace("\x00", "\ufffd") in words


@pytest.mark.parametrize("field", ["name", "username"])
def test_a_hostile_name_is_a_name(cast: Cast, browser, field: str) -> None:
    client = browser(cast.amina)
    shown: list[tuple[Structure, Structure]] = []
    for number, payload in enumerate((HARMLESS, *HOSTILE)):
        who = f"1202555{number:04}"
        profile = {"name": payload} if field == "name" else {"name": "", "username": payload}
        message = {
            "from": who,
            "id": f"wamid.{who}",
            "timestamp": str(int(timezone.now().timestamp())),
            "type": "text",
            "text": {"body": "hello"},
        }
        contact = {"profile": profile, "wa_id": who}
        arrives(cast.number, envelope({"contacts": [contact], "messages": [message]}))
        thread = Conversation.objects.get(contact__identities__value=who)
        pages = [client.get(f"/inbox/{thread.pk}/").text, client.get("/inbox/marks/").text]
        shown.append((Structure(pages[0]), Structure(pages[1])))
        Conversation.objects.filter(pk=thread.pk).update(status="closed")
    harmless, _marks = shown[0]
    for page, _marks in shown[1:]:
        extra = set(page.elements) - set(harmless.elements)
        assert not extra
        same_elements(page, page)


def test_a_hostile_reaction_is_text(cast: Cast, browser) -> None:
    client = browser(cast.amina, htmx=True)
    target = says(cast.number, "hello")
    structures = []
    for number, payload in enumerate((HARMLESS, *HOSTILE)):
        message = {
            "from": DORA,
            "id": f"wamid.reaction.{number}",
            "timestamp": str(int(timezone.now().timestamp()) + number - 100),
            "type": "reaction",
            "reaction": {"message_id": target.wamid, "emoji": payload},
        }
        arrives(cast.number, envelope({"messages": [message]}))
        structures.append(rendered(client, target.conversation))
    for structure in structures[1:]:
        same_elements(structure, structures[0])


def test_a_quote_of_another_customers_message_shows_nothing_of_it(cast: Cast, browser) -> None:
    secret = says(cast.number, "my code is 4711", wa_id="12025550999", name="Karl")
    quoting = {
        "type": "text",
        "text": {"body": "hello"},
        "context": {"from": DORA, "id": secret.wamid},
    }
    thread = a_thread_of(cast, lambda _payload: quoting, ("x",), DORA)
    assert Message.objects.get(conversation=thread).reply_to is None
    text = browser(cast.amina, htmx=True).get(f"/inbox/{thread.pk}/").text
    assert "4711" not in text
    assert "Karl" not in text


@pytest.mark.case("S35")
def test_only_web_addresses_become_links(cast: Cast, browser) -> None:
    schemes = (
        "javascript:__pwn()",
        " java\tscript:__pwn()",
        "data:text/html,x",
        "vbscript:x",
        "//evil",
        "https:evil",
        "intent:x",
    )
    for number, sink in enumerate(("text", "location", "contacts", "referral")):
        thread = a_thread_of(cast, SINKS[sink], schemes, f"1202555{number:04}")
        page = browser(cast.amina, htmx=True).get(f"/inbox/{thread.pk}/").text
        addresses = Structure(page).addresses
        outside = [one for one in addresses if not one.startswith(("/", "#"))]
        assert all(one.startswith("https://www.openstreetmap.org/") for one in outside)
        assert not [one for one in addresses if one.startswith("//")]
        assert page.count('target="_blank"') == page.count('rel="noopener noreferrer nofollow"')
