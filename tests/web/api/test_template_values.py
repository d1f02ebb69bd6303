"""Values of templates over REST: header, buttons, cards, Meta's own shape; errors by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inbox.models import Message
from simulator.templates_catalogue import catalogue
from tests.cast import DORA, a_conversation
from tests.domain.templates_app.conftest import a_template

PAYLOADS = Path(__file__).parents[2] / "payloads" / "outbound"
LATER = {"Prefer": "respond-async"}
LINK = "https://media.shop.example/winter.jpg"


@pytest.fixture(autouse=True)
def offered(cast):
    """Every template of the simulator, and Dora, who wrote a moment ago."""
    a_conversation(cast.number)
    for one in catalogue():
        fields = {"components": one.components, "parameter_format": one.parameter_format}
        a_template(cast.account, one.name, one.language, category=one.category, **fields)


def sent(shop, template, path="/messages"):
    body = {"to": DORA} | ({"template": template} if path == "/messages" else template)
    answer = shop.post(path, body, **LATER)
    assert answer.status_code == 202, answer.content
    return Message.objects.get(pk=answer.json()["data"]["id"])


def refused(shop, template):
    answer = shop.post("/messages", {"to": DORA, "template": template})
    assert not Message.objects.filter(direction="outbound").exists()
    return answer.json()["error"]


@pytest.mark.parametrize("recorded", sorted(path.stem for path in PAYLOADS.glob("template_*.json")))
def test_components_of_metas_shape_go_as_they_are(shop, recorded):
    native = json.loads((PAYLOADS / f"{recorded}.json").read_text())["template"]
    given = {"name": native["name"], "language": native["language"]["code"]}
    message = sent(shop, given | {"components": native.get("components", [])})
    assert message.payload == {"type": "template", "template": native}


@pytest.mark.parametrize(
    "header",
    [
        {"header": {"media": {"link": LINK}}},
        {"header": {"media": {"url": LINK, "type": "image"}}},
        {"media": {"type": "image", "url": LINK}},
        {"variables": {"1": "Dora", "header.media": LINK}, "body_params": None},
        {"variables": {"1": "Dora", "header.media": {"link": LINK}}, "body_params": None},
    ],
)
@pytest.mark.parametrize("path", ["/messages", "/messages/template"])
def test_a_picture_in_the_header_has_many_spellings(shop, header, path):
    values = {"name": "winter_offer", "language": "en_US", "body_params": ["Dora"]} | header
    message = sent(shop, values, path)
    [first, *_rest] = message.payload["template"]["components"]
    assert first["parameters"] == [{"type": "image", "image": {"link": LINK}}]
    assert message.content["media"] == {"type": "image", "link": LINK}


def test_a_place_and_a_button_are_given_by_name(shop):
    place = {"latitude": 52.37, "longitude": "4.89", "name": "Shop", "address": "Herengracht 500"}
    values = {"key": "pickup_point", "body_params": ["40-1187"], "header": {"location": place}}
    assert sent(shop, values).content["location"] == place | {"longitude": 4.89}
    button = {"index": 0, "type": "url", "payload": "40-1187"}
    values = {"key": "track_parcel:en_US", "body_params": ["40-1187"], "buttons": [button]}
    shown = sent(shop, values).content["buttons"]
    assert shown[0]["url"] == "https://shop.example/track/40-1187"


@pytest.mark.parametrize(
    ("template", "missing", "unexpected"),
    [
        ({"key": "how_to_descale"}, ["header.media"], []),
        ({"key": "how_to_descale", "header": {"media": {"id": "7"}}, "body_params": ["x"]}, [],
         ["body.1"]),
        ({"key": "two_that_fit", "body_params": ["Dora"]},
         [f"card.{n}.{name}" for n in (0, 1) for name in ("header.media", "1", "button.1")], []),
        ({"key": "coupon", "body_params": ["Dora", "20 %"],
          "buttons": [{"index": 0, "type": "url", "payload": "x"}]}, ["button.0"], ["button.0"]),
        ({"key": "shop_closed_today", "header": {"media": {"id": "7"}}}, [], ["header.media"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_before_meta_is_asked(shop, template, missing, unexpected):
    error = refused(shop, template)
    assert (error["code"], error["status"]) == ("TEMPLATE_PARAMETER_MISMATCH", 422)
    assert (error["meta"]["missing"], error["meta"]["unexpected"]) == (missing, unexpected)


@pytest.mark.parametrize(
    ("template", "field"),
    [
        ({"header": {"media": {"link": "winter.jpg"}}}, "template.header.media"),
        ({"header": {"media": {}}}, "template.header.media"),
        ({"header": {"media": {"id": "1", "link": LINK}}}, "template.header.media"),
        ({"buttons": [{"index": "one", "payload": "x"}]}, "template.buttons[0].index"),
        ({"buttons": [{"index": 0}]}, "template.buttons[0].payload"),
        ({"header": {"location": {"latitude": 1}}}, "template.header.location.longitude"),
    ],
)
def test_a_bad_value_is_told_by_its_field(shop, template, field):
    error = refused(shop, {"key": "how_to_descale", **template})
    assert (error["code"], error["fields"][0]["field"]) == ("VALIDATION_ERROR", field)


def test_a_code_too_long_for_its_button_is_told_by_its_field(shop):
    values = {"body_params": ["Dora", "20 %"], "buttons": [{"index": 0, "payload": "X" * 16}]}
    error = refused(shop, {"key": "coupon", **values})
    assert error["fields"][0]["field"] == "template.buttons[0].payload"


def test_a_preview_takes_the_same_values(shop):
    [row] = shop.get("/templates?name=winter_offer&language=en_US").json()["data"]
    values = {"body_params": ["Dora"], "header": {"media": {"link": LINK}}}
    shown = shop.post(f"/templates/{row['id']}/preview", values).json()["data"]
    assert shown["content"]["media"] == {"type": "image", "link": LINK}
    assert [one["type"] for one in shown["native"]["components"]] == ["header", "body"]
    kinds = {one["name"]: (one["kind"], one["required"]) for one in row["variables"]}
    assert kinds == {
        "header.media": ("image", True),
        "1": ("text", True),
        "button.1": ("payload", False),
    }
