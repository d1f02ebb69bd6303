"""What a value of each kind may look like, and what each way of giving values takes."""

import pytest

from templates_app import compiler
from templates_app.compiler import BadValues, Mismatch, Values
from tests.unit.templates_app.parts import (
    body,
    buttons,
    footer,
    header,
    link,
    media_header,
    positional,
    quick,
)

OWN = "01a1ede2-6a4f-7f4e-974a-a8733b31e959"
PICTURE = positional(media_header("IMAGE"), body("Look."))
INVOICE = positional(media_header("DOCUMENT"), body("Hello {{1}}."))
PLACE = positional({"type": "HEADER", "format": "LOCATION"}, body("Here."))
PLACE_VALUES = {
    "header.latitude": "52.37",
    "header.longitude": "4.89",
    "header.name": "Shop",
    "header.address": "Herengracht 500",
}
ENDS = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "x", "has_expiration": True}}
OFFER = positional(body("Now."), ENDS)
COUPON = positional(body("Now."), buttons({"type": "COPY_CODE"}))
TRACK = positional(body("Now."), buttons(quick("Yes"), link("Go", "https://x.example/{{1}}")))
FORM = positional(body("Now."), buttons({"type": "FLOW", "text": "Open"}))
LOGIN = positional(
    body("*{{1}}* is your code.", add_security_recommendation=True),
    {"type": "FOOTER", "text": "This code expires in 10 minutes.", "code_expiration_minutes": 10},
    buttons({"type": "OTP", "text": "Copy code"}),
)


def parameter(template, **values):
    return compiler.compile(template, Values(**values)).components[0]["parameters"][0]


@pytest.mark.parametrize(
    ("given", "sent", "frozen"),
    [
        ("1145573945639457", {"id": "1145573945639457"}, {"meta_media_id": "1145573945639457"}),
        ("https://x.example/a.jpg", {"link": "https://x.example/a.jpg"},
         {"link": "https://x.example/a.jpg"}),
        (f"baton:{OWN}", {"id": f"baton:{OWN}"}, {"id": OWN}),
        (OWN, {"id": f"baton:{OWN}"}, {"id": OWN}),
        ({"id": OWN}, {"id": f"baton:{OWN}"}, {"id": OWN}),
        ({"link": "https://x.example/a.jpg", "id": ""}, {"link": "https://x.example/a.jpg"},
         {"link": "https://x.example/a.jpg"}),
    ],
)  # fmt: skip
def test_a_file_is_metas_id_a_link_or_one_of_ours(given, sent, frozen):
    values = {"header.media": given}
    assert parameter(PICTURE, variables=values) == {"type": "image", "image": sent}
    content = compiler.compile(PICTURE, Values(variables=values)).content
    assert content["media"] == {"type": "image", **frozen}


@pytest.mark.parametrize(
    ("template", "name", "value", "code"),
    [
        (PICTURE, "header.media", "winter.jpg", "FILE"),
        (PICTURE, "header.media", "ftp://x.example/a.jpg", "FILE"),
        (PICTURE, "header.media", "https://x.example/a b.jpg", "FILE"),
        (PICTURE, "header.media", "baton:winter", "FILE"),
        (PICTURE, "header.media", " ", "REQUIRED"),
        (PICTURE, "header.media", 7, "WRONG_KIND"),
        (PLACE, "header.latitude", "90.1", "OUT_OF_RANGE"),
        (PLACE, "header.latitude", "nan", "OUT_OF_RANGE"),
        (PLACE, "header.longitude", "east", "DEGREES"),
        (PLACE, "header.longitude", True, "WRONG_KIND"),
        (PLACE, "header.address", "a\nb", "LINE_BREAK"),
        (OFFER, "offer.expires_at", "tomorrow", "MOMENT"),
        (OFFER, "offer.expires_at", "2026-11-29T18:00:00", "MOMENT"),
        (OFFER, "offer.expires_at", 1795971600, "MOMENT"),
        (OFFER, "offer.expires_at", 1.5, "WRONG_KIND"),
        (COUPON, "button.0", "SIXTEEN-LETTERS!", "TOO_LONG"),
        (TRACK, "button.1", "x" * 2001, "TOO_LONG"),
        (TRACK, "button.0", "x" * 257, "TOO_LONG"),
        (FORM, "button.0.data", "[1]", "WRONG_KIND"),
        (FORM, "button.0.data", "{", "WRONG_KIND"),
        (LOGIN, "1", "1234567890123456", "TOO_LONG"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(template, name, value, code):
    fitting = {"button.1": "x"} if template is TRACK else PLACE_VALUES if template is PLACE else {}
    with pytest.raises(BadValues) as refused:
        compiler.compile(template, Values(variables={**fitting, name: value}))
    found = [(fault.field, fault.variable, fault.code) for fault in refused.value.faults]
    assert found[0] == (f"variables.{name}", name, code)


@pytest.mark.parametrize(
    "given", [1795971600000, "1795971600000", "2026-11-29T18:00:00+01:00", "2026-11-29T17:00:00Z"]
)
def test_an_end_is_milliseconds_or_a_time_with_its_zone(given):
    offer = parameter(OFFER, variables={"offer.expires_at": given})["limited_time_offer"]
    assert offer == {"expiration_time_ms": 1795971600000}


def test_what_is_only_for_programs_need_not_be_given():
    values = Values(variables={"button.1": "40-1187", "button.0": " "})
    assert [one["index"] for one in compiler.compile(TRACK, values).components] == ["1"]


def test_a_document_may_have_a_name():
    values = {"1": "Dora", "header.media": {"id": "77", "filename": "Invoice.pdf"}}
    named = {"id": "77", "filename": "Invoice.pdf"}
    assert parameter(INVOICE, variables=values) == {"type": "document", "document": named}


@pytest.mark.parametrize(
    ("values", "missing", "unexpected"),
    [
        ({"body_params": ["Dora"]}, ("header.media",), ()),
        ({"body_params": ["Dora"], "header_params": ["x"]}, ("header.media",), ("header.1",)),
        ({"variables": {"1": "D"}, "header": {"location": {}}}, ("header.media",),
         ("header.location",)),
        ({"variables": {"1": "D", "header.media": {"id": "7", "caption": "x"}}}, (),
         ("header.media.caption",)),
        ({"variables": {"1": "D", "media": "7"}, "buttons": [{"index": 0, "payload": "x"}]}, (),
         ("button.0",)),
    ],
)  # fmt: skip
def test_values_beside_the_texts_that_do_not_fit_are_named(values, missing, unexpected):
    with pytest.raises(Mismatch) as refused:
        compiler.compile(INVOICE, Values(**values))
    assert (refused.value.missing, refused.value.unexpected) == (missing, unexpected)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"header": {"media": "77"}}, "header.media", "WRONG_KIND"),
        ({"header": {"media": {}}}, "header.media", "ONE_OF"),
        ({"header": {"media": {"id": "7", "link": "https://x.example"}}}, "header.media", "ONE_OF"),
        ({"variables": {"media": "7"}, "header": {"media": {"id": "7"}}}, "header.media", "ONE_OF"),
        ({"buttons": ["x"]}, "buttons[0].index", "WRONG_KIND"),
        ({"buttons": [{"index": True}]}, "buttons[0].index", "WRONG_KIND"),
        ({"header": {"media": {"id": "7"}}, "components": [{"type": "body"}]}, "", "ONE_OF"),
    ],
)
def test_values_out_of_shape_are_refused_with_their_place(values, field, code):
    with pytest.raises(BadValues) as refused:
        compiler.compile(INVOICE, Values(**values))
    assert [(one.field, one.code) for one in refused.value.faults] == [(field, code)]


@pytest.mark.parametrize(
    ("button", "unexpected"),
    [
        ({"index": 1, "type": "URL", "payload": "7"}, ()),
        ({"index": "1", "payload": "7"}, ()),
        ({"index": 1, "type": "copy_code", "payload": "7"}, ("button.1",)),
        ({"index": 2, "payload": "7"}, ("button.2",)),
    ],
)
def test_a_button_is_named_by_its_place_and_may_say_its_type(button, unexpected):
    assert compiler.preview(TRACK, Values(buttons=[button])).unexpected == unexpected


def test_a_one_time_code_that_differs_between_body_and_button_is_refused():
    code = {"type": "body", "parameters": [{"type": "text", "text": "482913"}]}
    other = {"type": "button", "sub_type": "url", "index": "0"}
    other["parameters"] = [{"type": "text", "text": "000000"}]
    with pytest.raises(Mismatch) as refused:
        compiler.compile(LOGIN, Values(components=[code, other]))
    assert refused.value.unexpected == ("button.0",)


def test_a_card_whose_text_grows_too_long_is_found():
    card = {"components": [media_header("IMAGE"), body("Only {{1}}.")]}
    template = positional(body("Two."), {"type": "CAROUSEL", "cards": [card, card]})
    values = {"card.0.header.media": "1", "card.0.1": "x" * 160}
    values |= {"card.1.header.media": "2", "card.1.1": "x"}
    [fault] = compiler.preview(template, Values(variables=values)).faults
    assert (fault.variable, fault.code) == ("card.0.body", "TOO_LONG")


def test_cards_in_metas_shape_are_read_by_their_index():
    card = {"components": [media_header("IMAGE"), body("Only {{1}}.")]}
    template = positional(body("Two."), {"type": "CAROUSEL", "cards": [card, card]})
    cards = [
        {"card_index": index, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": str(index)}}]},
            {"type": "body", "parameters": [{"type": "text", "text": f"{index} €"}]}]}
        for index in (1, 0)
    ]  # fmt: skip
    values = Values(components=[{"type": "carousel", "cards": cards}])
    shown = compiler.compile(template, values).content["cards"]
    assert [one["body"] for one in shown] == ["Only 0 €.", "Only 1 €."]
    cards[1]["card_index"] = 1
    found = compiler.preview(template, values)
    assert (found.unexpected, found.missing) == (("card.1",), ("card.0.header.media", "card.0.1"))


@pytest.mark.parametrize(
    ("text", "name", "around"),
    [
        ("Your order *{{1}}*, dear {{2}}.", "1", ("Your order", "dear")),
        ("Your order *{{1}}*, dear {{2}}.", "2", ("dear", "")),
        ("{{1}} and all the other words here", "1", ("", "and all the")),
        ("First line\n{{1}}\nlast line", "1", ("", "")),
    ],
)
def test_the_words_around_a_variable_are_told(text, name, around):
    [found] = [one for one in compiler.variables_of(positional(body(text))) if one.name == name]
    assert (found.before, found.after) == around


def test_header_variables_do_not_meet_those_of_a_place():
    template = positional(header("For {{1}}"), body("Hello."), footer("x"))
    assert compiler.preview(template, Values(header_params=["you"])).missing == ()
    assert compiler.preview(PLACE, Values(header_params=["x"])).unexpected == ("header.1",)
