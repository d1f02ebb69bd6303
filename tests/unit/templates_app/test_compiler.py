"""What the compiler takes, what it refuses, and what it cannot express yet."""

import pytest

from templates_app import compiler
from templates_app.compiler import BadValues, Mismatch, NotSendable, Values, Variable
from tests.unit.templates_app.parts import (
    Listed,
    body,
    buttons,
    call,
    footer,
    header,
    link,
    named,
    positional,
    quick,
)

GREETING = positional(header("For {{1}}"), body("Hello {{1}}, order {{2}}."))
GREETING_VALUES = {"header.1": "you", "1": "Dora", "2": "40-1187"}
PICKUP = named(header("{{shop}} writes"), body("Dear {{customer_name}}, come by."))


def part(kind, *texts):
    return {"type": kind, "parameters": [{"type": "text", "text": text} for text in texts]}


def test_the_content_shows_every_part():
    template = positional(
        header("Your appointment"),
        body("Hi {{1}}, on {{2}}?"),
        footer("Reply any time"),
        buttons(quick("Confirm"), link("Shop", "https://shop.example"), call("Call us")),
    )
    assert compiler.compile(template, Values(body_params=["Dora", "Friday"])).content == {
        "header": "Your appointment",
        "media": None,
        "body": "Hi Dora, on Friday?",
        "footer": "Reply any time",
        "buttons": [
            {"text": "Confirm", "type": "quick_reply"},
            {"text": "Shop", "type": "url", "url": "https://shop.example"},
            {"text": "Call us", "type": "phone_number", "phone_number": "+12025550143"},
        ],
    }


def test_parts_without_values_are_not_sent():
    template = positional(header("Hello"), body("World"), footer("."), buttons(quick("Yes")))
    assert compiler.compile(template, Values()).components == []


def test_positions_are_filled_by_number_not_by_place_in_the_text():
    template = positional(body("Order {{2}} for {{1}} and again {{2}}."))
    compiled = compiler.compile(template, Values(body_params=["Dora", "40-1187"]))
    assert compiled.content["body"] == "Order 40-1187 for Dora and again 40-1187."
    assert [p["text"] for p in compiled.components[0]["parameters"]] == ["Dora", "40-1187"]


@pytest.mark.parametrize(
    ("template", "variables"),
    [
        (
            positional(
                header("For {{1}}", example={"header_text": ["you"]}),
                body("Hi {{1}}, {{2}}.", example={"body_text": [["Dora", "40-1187"]]}),
            ),
            [
                Variable("header.1", "header", "you", "{{1}}", before="For"),
                Variable("1", "body", "Dora", "{{1}}", before="Hi"),
                Variable("2", "body", "40-1187", "{{2}}"),
            ],
        ),
        (
            named(
                body(
                    "Dear {{customer_name}}.",
                    example={
                        "body_text_named_params": [
                            {"param_name": "customer_name", "example": "Dora"}
                        ]
                    },
                )
            ),
            [Variable("customer_name", "body", "Dora", "Customer name", before="Dear")],
        ),
        (
            positional(body("Hi {{1}}.", example={"body_text": ["Dora"]})),
            [Variable("1", "body", "Dora", "{{1}}", before="Hi")],
        ),
        (
            positional(body("Hi {{1}}.", example={"body_text": [[7]], "x": None})),
            [Variable("1", "body", "", "{{1}}", before="Hi")],
        ),
        (positional(body("Nothing.")), []),
    ],
)
def test_variables_are_listed_with_their_examples(template, variables):
    assert compiler.variables_of(template) == variables


@pytest.mark.parametrize(
    ("template", "values", "missing", "unexpected"),
    [
        (GREETING, Values(), ("header.1", "1", "2"), ()),
        (GREETING, Values(variables={"1": "Dora"}), ("header.1", "2"), ()),
        (GREETING, Values(variables=GREETING_VALUES | {"3": "x"}), (), ("3",)),
        (GREETING, Values(variables=GREETING_VALUES | {"header.2": "x"}), (), ("header.2",)),
        (GREETING, Values(body_params=["Dora"]), ("header.1", "2"), ()),
        (
            GREETING,
            Values(header_params=["a", "b"], body_params=["c", "d", "e"]),
            (),
            ("header.2", "body.3"),
        ),
        (
            PICKUP,
            Values(variables={"customer_name": "Dora", "button.0": "x"}),
            ("header.shop",),
            ("button.0",),
        ),
        (
            PICKUP,
            Values(variables={"customer_name": "D", "shop": "K", "header.shop": "L"}),
            (),
            ("shop",),
        ),
    ],
)
def test_values_that_do_not_fit_are_named(template, values, missing, unexpected):
    with pytest.raises(Mismatch) as refused:
        compiler.compile(template, values)
    assert (refused.value.missing, refused.value.unexpected) == (missing, unexpected)


def test_a_header_variable_may_be_called_by_its_bare_name():
    values = Values(variables={"shop": "Kettle & Co", "customer_name": "Dora"})
    assert compiler.compile(PICKUP, values).content["header"] == "Kettle & Co writes"


def test_a_bare_name_belongs_to_the_body_first():
    values = Values(variables={"1": "Dora", "2": "40-1187", "header.1": "you"})
    content = compiler.compile(GREETING, values).content
    assert (content["header"], content["body"]) == ("For you", "Hello Dora, order 40-1187.")


@pytest.mark.parametrize(
    "values",
    [
        Values(variables={"1": "Dora"}, body_params=["Dora"]),
        Values(variables={"1": "Dora"}, components=[{"type": "body"}]),
        Values(header_params=["x"], components=[{"type": "body"}]),
    ],
)
def test_two_ways_of_giving_values_are_refused(values):
    assert faults(GREETING, values) == [("", "", "ONE_OF")]


def test_an_empty_second_way_does_not_count():
    values = Values(variables=GREETING_VALUES, components=[], body_params=[])
    assert compiler.compile(GREETING, values).content["header"] == "For you"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "REQUIRED"),
        ("  ", "REQUIRED"),
        ("a\nb", "LINE_BREAK"),
        ("a\r\nb", "LINE_BREAK"),
        ("a\tb", "LINE_BREAK"),
        ("a\u2028b", "LINE_BREAK"),
        ("a    b", "SPACES"),
        ("a\x00b", "CONTROL"),
        ("a\ud800b", "CONTROL"),
        (7, "WRONG_KIND"),
        (None, "WRONG_KIND"),
        (["Dora"], "WRONG_KIND"),
    ],
)
def test_a_value_that_meta_refuses_is_found_first(value, code):
    values = Values(variables=GREETING_VALUES | {"2": value})
    assert faults(GREETING, values) == [("variables.2", "2", code)]


@pytest.mark.parametrize("value", ["a   b", "👩‍👩‍👧", "نص", "{{2}}", "*bold*", "a\u200db"])
def test_what_meta_takes_is_taken(value):
    compiled = compiler.compile(GREETING, Values(variables=GREETING_VALUES | {"2": value}))
    assert compiled.content["body"] == f"Hello Dora, order {value}."


@pytest.mark.parametrize(
    ("name", "place", "length"), [("header.1", "header", 57), ("1", "body", 1020)]
)
def test_a_text_that_becomes_too_long_is_found(name, place, length):
    values = Values(variables=GREETING_VALUES | {name: "x" * length})
    assert faults(GREETING, values) == [(place, place, "TOO_LONG")]


def test_lengths_are_counted_in_utf16_units():
    fits = Values(variables=GREETING_VALUES | {"header.1": "🫖" * 28})
    assert compiler.compile(GREETING, fits).content["header"].count("🫖") == 28
    longer = Values(variables=GREETING_VALUES | {"header.1": "🫖" * 29})
    assert faults(GREETING, longer) == [("header", "header", "TOO_LONG")]


@pytest.mark.parametrize(
    ("component", "why"),
    [
        ({"type": "HEADER", "format": "HOLOGRAM"}, "unknown_part:HEADER HOLOGRAM"),
        (buttons({"type": "CATALOG", "text": "Look"}), "catalog"),
        (buttons({"type": "MPM", "text": "Look"}), "products"),
        (buttons({"type": "VOICE_CALL", "text": "Call"}), "calls"),
        (buttons({"type": "TELEPORT", "text": "Go"}), "unknown_button:TELEPORT"),
        (buttons(link("Track", "https://{{1}}.example/{{2}}")), "variables"),
        (buttons({"type": "OTP", "text": "Copy"}), "variables"),
        ({"type": "HEADER", "format": "PRODUCT"}, "products"),
        ({"type": "CAROUSEL", "cards": []}, "unreadable"),
        ({"type": "CAROUSEL", "cards": [{"components": [body("One.")]}] * 2}, "unreadable"),
        ({"type": "CAROUSEL", "cards": [{}, {}]}, "unreadable"),
        ({"type": "LIMITED_TIME_OFFER"}, "unreadable"),
        ({"type": "CALL_PERMISSION_REQUEST"}, "calls"),
        ({"type": "SMELL"}, "unknown_part:SMELL"),
        (header("{{name}}"), "variables"),
        (header("{{2}}"), "variables"),
        (header("{{ }}"), "variables"),
        (header("{{01}}"), "variables"),
        (header(""), "unreadable"),
        ({"type": "HEADER", "format": "TEXT"}, "unreadable"),
        (buttons("Yes"), "unreadable"),
        ({"type": "BUTTONS"}, "unreadable"),
        (buttons({"type": "URL", "text": "Go"}), "unreadable"),
        ({}, "unreadable"),
        (None, "unreadable"),
        (body("Twice."), "unreadable"),
    ],
)
def test_what_cannot_be_expressed_is_not_sendable(component, why):
    template = positional(component, body("Hello."))
    assert str(compiler.obstacle_of(template)) == why
    with pytest.raises(NotSendable):
        compiler.compile(template, Values())


@pytest.mark.parametrize("components", [None, {}, "x", [], [footer("Only a foot")]])
def test_components_without_a_body_are_unreadable(components):
    assert str(compiler.obstacle_of(Listed(components))) == "unreadable"


def test_a_digit_is_no_name():
    assert str(compiler.obstacle_of(named(body("Hello {{1}}.")))) == "variables"


@pytest.mark.parametrize(
    ("template", "components", "missing", "unexpected"),
    [
        (GREETING, [part("body", "Dora", "40-1187")], ("header.1",), ()),
        (GREETING, [part("header", "a"), part("body", "b")], ("2",), ()),
        (GREETING, [part("header", "a"), part("body", "b", "c", "d")], (), ("body.3",)),
        (GREETING, [part("header", "a"), part("body", "b", "c"), part("body", "b", "c")], (),
         ("body",)),
        (positional(body("Hello.")), [part("header", "a")], (), ("header",)),
        (positional(body("Hello.")), [{"type": "limited_time_offer", "parameters": [
            {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1}}]}],
         (), ("limited_time_offer",)),
        (PICKUP, [part("header", "a"), part("body", "b")], ("header.shop", "customer_name"),
         ("header.1", "body.1")),
        (GREETING, [part("header", "a"), {"type": "body", "parameters": [
            {"type": "text", "parameter_name": "1", "text": "b"},
            {"type": "image", "image": {"id": "7"}}]}], ("1", "2"), ("body.1", "body.2")),
    ],
)  # fmt: skip
def test_components_that_do_not_fit_are_named(template, components, missing, unexpected):
    with pytest.raises(Mismatch) as refused:
        compiler.compile(template, Values(components=components))
    assert (refused.value.missing, refused.value.unexpected) == (missing, unexpected)


@pytest.mark.parametrize(
    ("components", "field"),
    [
        (["body"], "components[0]"),
        ([{"type": "soul", "parameters": []}], "components[0].type"),
        ([{"type": "body"}], "components[0].parameters"),
        ([{"type": "body", "parameters": [{"type": "text", "text": ""}]}],
         "components[0].parameters[0].text"),
    ],
)  # fmt: skip
def test_components_out_of_shape_are_refused_with_their_place(components, field):
    assert [found[0] for found in faults(GREETING, Values(components=components))] == [field]


def test_a_bad_value_inside_components_is_found_too():
    components = [part("header", "a\nb"), part("body", "c", "d")]
    found = faults(GREETING, Values(components=components))
    assert found == [("components[0].parameters[0]", "header.1", "LINE_BREAK")]


def test_money_and_dates_are_shown_by_their_fallback():
    parameters = [
        {"type": "currency", "currency": {"fallback_value": "€ 9", "code": "EUR"}},
        {"type": "date_time", "date_time": {"fallback_value": "Friday"}},
    ]
    components = [{"type": "body", "parameters": parameters}]
    template = positional(body("{{1}} until {{2}}."))
    compiled = compiler.compile(template, Values(components=components))
    assert compiled.content["body"] == "€ 9 until Friday."
    assert compiled.components == components


QUICK = positional(body("Hello."), buttons(quick("Yes"), link("Shop", "https://shop.example")))


@pytest.mark.parametrize(
    ("sub_type", "index", "unexpected"),
    [
        ("quick_reply", "0", ()),
        ("quick_reply", "1", ("button.1",)),
        ("quick_reply", "2", ("button.2",)),
        ("url", "0", ("button.0",)),
    ],
)
def test_a_quick_reply_may_carry_a_payload(sub_type, index, unexpected):
    button = {"type": "button", "sub_type": sub_type, "index": index}
    button["parameters"] = [{"type": "payload", "payload": "yes:7"}]
    assert compiler.preview(QUICK, Values(components=[button])).unexpected == unexpected


def test_the_preview_keeps_the_place_of_what_is_missing():
    found = compiler.preview(GREETING, Values(variables={"1": "Dora", "2": " "}))
    assert found.content["header"] == "For {{1}}"
    assert found.content["body"] == "Hello Dora, order {{2}}."
    assert (found.missing, found.components) == (("header.1",), None)
    assert [fault.code for fault in found.faults] == ["REQUIRED"]


def test_a_complete_preview_holds_what_meta_gets():
    values = Values(variables=GREETING_VALUES)
    assert (
        compiler.preview(GREETING, values).components
        == compiler.compile(GREETING, values).components
    )


def faults(template, values):
    with pytest.raises(BadValues) as refused:
        compiler.compile(template, values)
    return [(fault.field, fault.variable, fault.code) for fault in refused.value.faults]
