"""What a kind carries becomes what its bubble shows; nothing that came from outside is trusted."""

from __future__ import annotations

import json

import pytest

from inbox.form_answers import answers_of
from inbox.kind_shapes import Answers
from inbox.kinds import money, parts_of, web_address


def form(**answers: object) -> tuple[tuple[str, str], ...]:
    return answers_of(json.dumps(answers)).rows


@pytest.mark.parametrize(
    ("answers", "rows"),
    [
        ({"flow_token": "x", "rating": 4}, (("Rating", "4"),)),
        ({"screen_0_Your_name_0": "Dora"}, (("Your name", "Dora"),)),
        ({"screen_1_How_was_it_2": "0_Very_good"}, (("How was it", "Very good"),)),
        ({"code": "0_Very_good"}, (("Code", "0_Very_good"),)),
        ({"slots": ["mon", "tue"]}, (("Slots", "mon, tue"),)),
        ({"news": True, "ads": False}, (("News", "Yes"), ("Ads", "No"))),
        ({"left_out": None, "empty": ""}, (("Left out", "–"), ("Empty", "–"))),
        (
            {"at": {"street_name": "Roma 1", "city": "Torino"}},
            (("At", "street name: Roma 1, city: Torino"),),
        ),
        (
            {"photo": [{"file_name": "a.jpg", "cdn_url": "https://x", "encryption_metadata": {}}]},
            (("Photo", "a.jpg"),),
        ),
        ({"deep": [[[[[1]]]]]}, (("Deep", "…"),)),
    ],
)
def test_answers_of_a_form(answers: dict, rows: tuple) -> None:
    assert form(**answers) == rows


@pytest.mark.parametrize("text", ['{"rating": ', "[1, 2]", '"Sent"', "[" * 100_000])
def test_what_is_no_form_is_kept_as_text(text: str) -> None:
    assert answers_of(text) == Answers(unread=text[:2000])


@pytest.mark.parametrize("nothing", [None, "", "  ", "null", 7])
def test_a_form_without_answers(nothing: object) -> None:
    assert answers_of(nothing) == Answers()


def test_a_huge_form_is_cut() -> None:
    rows = form(**{f"n{n}": "x" * 5000 for n in range(500)})
    assert len(rows) == 60
    assert max(len(answer) for _question, answer in rows) == 600


def test_an_order_sums_what_can_be_summed() -> None:
    lines = [
        {"product_retailer_id": "kettle", "quantity": 2, "price": "39.9", "currency": "EUR"},
        {"product_retailer_id": "gift", "quantity": None, "price": "1", "currency": "EUR"},
    ]
    cart = parts_of("order", {"order": {"lines": lines, "totals": {"EUR": "79.8"}}}).cart
    assert cart is not None
    assert [(one.name, one.quantity, one.total) for one in cart.lines] == [
        ("kettle", "2", "79.80 EUR"),
        ("gift", "", ""),
    ]
    assert (cart.count, cart.totals, cart.is_partial) == (2, ("79.80 EUR",), True)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("39.9", "EUR", "39.90 EUR"),
        ("1000", "JPY", "1000 JPY"),
        ("0.125", "KWD", "0.125 KWD"),
        ("NaN", "EUR", ""),
        (None, "EUR", ""),
        ("x", "", ""),
    ],
)
def test_money(amount: object, currency: str, text: str) -> None:
    assert money(amount, currency) == text


def test_a_place_links_to_a_map_and_to_nothing_it_brought() -> None:
    place = {"latitude": -33.86882, "longitude": 1e-7, "name": "Pier", "url": "javascript:x"}
    found = parts_of("location", {"location": place}).place
    assert found is not None
    assert found.href == (
        "https://www.openstreetmap.org/?mlat=-33.868820&mlon=0.000000#map=16/-33.868820/0.000000"
    )


def test_a_card_offers_what_can_be_used() -> None:
    card = {
        "name": "Ruth",
        "phones": [{"phone": "+1 202", "wa_id": "1202", "type": "CELL"}, {"phone": "+44"}],
        "emails": ["ruth@clinic.example", "javascript:x@y"],
        "urls": ["https://clinic.example", "data:text/html,x"],
        "origin": "contact_request",
    }
    (found,) = parts_of("contacts", {"contacts": [card]}).cards
    assert [(one.kind, one.search) for one in found.numbers] == [
        ("mobile", "/inbox/?search=1202"),
        ("", ""),
    ]
    assert [href for _text, href in found.links] == [
        "mailto:ruth@clinic.example",
        "",
        "https://clinic.example",
        "",
    ]
    assert found.is_own


@pytest.mark.case("S35")
@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        " java\tscript:x",
        "data:text/html,x",
        "//evil",
        "https:evil",
        "intent:x",
        "https://",
        "http://a b",
        'https://x"y',
        "https://[",
        None,
        7,
    ],
)
def test_only_whole_web_addresses_lead_anywhere(address: object) -> None:
    assert web_address(address) == ""


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ({"permission": "reject"}, "Does not want to be called"),
        ({"permission": "accept", "permanent": True}, "May be called"),
        ({"permission": "accept", "until": "soon"}, "May be called"),
        (
            {"permission": "accept", "until": "2026-11-20T10:42:00+00:00"},
            "May be called until 20 November 2026, 12:42",
        ),
    ],
)
def test_an_answer_about_calls(answer: dict, label: str) -> None:
    kept = {"interactive": answer | {"type": "call_permission_reply"}}
    choice = parts_of("interactive", kept, zone="Africa/Johannesburg").choice
    assert choice is not None
    assert choice.label == label


@pytest.mark.parametrize("kind", ["order", "location", "contacts", "interactive", "button", "text"])
@pytest.mark.parametrize(
    "part", [None, 7, "x", [], [7], {}, {"lines": 7, "totals": 7}, {"phones": 7}, {"type": []}]
)
def test_nothing_that_was_kept_breaks_a_page(kind: str, part: object) -> None:
    names = ("order", "location", "contacts", "interactive", "context", "referral", "summary")
    parts_of(kind, dict.fromkeys(names, part))
