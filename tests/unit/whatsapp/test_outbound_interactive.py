"""The limits of interactive messages: the example passes, one step beyond does not."""

from copy import deepcopy

import pytest

from tests.unit.whatsapp.bodies import outbound_json
from whatsapp import outbound
from whatsapp.outbound import BadPayload

ROWS = [{"id": str(number), "title": f"Row {number}"} for number in range(10)]
REPLY = {"type": "reply", "reply": {"id": "yes", "title": "Yes"}}
REMOVED = object()

BAD = [
    ("button", "type", "dance", "interactive.type", "NOT_ALLOWED"),
    ("button", "type", REMOVED, "interactive.type", "REQUIRED"),
    ("button", "type", [], "interactive.type", "NOT_ALLOWED"),
    ("button", "body", REMOVED, "interactive.body", "REQUIRED"),
    ("button", "body.text", "x" * 1025, "interactive.body.text", "TOO_LONG"),
    ("button", "footer.text", "x" * 61, "interactive.footer.text", "TOO_LONG"),
    ("button", "header.text", "x" * 61, "interactive.header.text", "TOO_LONG"),
    ("button", "header.type", "dance", "interactive.header.type", "NOT_ALLOWED"),
    ("button", "action", REMOVED, "interactive.action", "REQUIRED"),
    ("button", "action.buttons", [], "interactive.action.buttons", "TOO_FEW"),
    ("button", "action.buttons", [REPLY, REPLY], "interactive.action.buttons", "NOT_UNIQUE"),
    ("button", "action.buttons", [REPLY] * 4, "interactive.action.buttons", "TOO_MANY"),
    ("button", "action.buttons.0.type", "x", "interactive.action.buttons[0].type", "WRONG_KIND"),
    (
        "button",
        "action.buttons.0.reply.title",
        "x" * 21,
        "interactive.action.buttons[0].reply.title",
        "TOO_LONG",
    ),
    (
        "button",
        "action.buttons.0.reply.id",
        "x" * 257,
        "interactive.action.buttons[0].reply.id",
        "TOO_LONG",
    ),
    ("button_image_header", "header.image.link", "https://x", "interactive.header.image", "ONE_OF"),
    ("list", "body.text", "x" * 4097, "interactive.body.text", "TOO_LONG"),
    ("list", "action.button", "x" * 21, "interactive.action.button", "TOO_LONG"),
    ("list", "action.sections", [], "interactive.action.sections", "TOO_FEW"),
    (
        "list",
        "action.sections.0.title",
        REMOVED,
        "interactive.action.sections[0].title",
        "REQUIRED",
    ),
    (
        "list",
        "action.sections.1.rows",
        ROWS,
        "interactive.action.sections.rows",
        "TOO_MANY",
    ),
    (
        "list",
        "action.sections.1.rows.0.id",
        "dept:repair",
        "interactive.action.sections.rows",
        "NOT_UNIQUE",
    ),
    (
        "list",
        "action.sections.0.rows.0.description",
        "x" * 73,
        "interactive.action.sections[0].rows[0].description",
        "TOO_LONG",
    ),
    ("cta_url", "action.name", "x", "interactive.action.name", "WRONG_KIND"),
    (
        "cta_url",
        "action.parameters.display_text",
        "x" * 21,
        "interactive.action.parameters.display_text",
        "TOO_LONG",
    ),
    (
        "flow",
        "action.parameters.flow_cta",
        "x" * 21,
        "interactive.action.parameters.flow_cta",
        "TOO_LONG",
    ),
    ("flow", "action.parameters.flow_name", "x", "interactive.action.parameters", "ONE_OF"),
    ("location_request", "action.name", "x", "interactive.action.name", "WRONG_KIND"),
    ("request_contact_info", "body.text", "x" * 1025, "interactive.body.text", "TOO_LONG"),
    ("carousel", "action.cards", [{}], "interactive.action.cards", "TOO_FEW"),
    (
        "carousel",
        "action.cards.0.header",
        {"type": "video", "video": {"id": "7"}},
        "interactive.action.cards",
        "WRONG_KIND",
    ),
    (
        "carousel",
        "action.cards.0.header",
        {"type": "text", "text": "x"},
        "interactive.action.cards[0].header.type",
        "NOT_ALLOWED",
    ),
    (
        "carousel",
        "action.cards.0.body.text",
        "x" * 161,
        "interactive.action.cards[0].body.text",
        "TOO_LONG",
    ),
    (
        "carousel",
        "action.cards.0.body.text",
        "a\nb\nc\nd",
        "interactive.action.cards[0].body.text",
        "TOO_MANY",
    ),
]


def example(name):
    return deepcopy(outbound_json(f"interactive_{name}")["interactive"])


def changed(obj, path, value):
    """`obj` with the value at a dotted path replaced or removed."""
    *way, last = path.split(".")
    holder = obj
    for step in way:
        holder = holder[int(step)] if step.isdigit() else holder[step]
    if value is REMOVED:
        del holder[last]
    else:
        holder[int(last) if last.isdigit() else last] = value
    return obj


@pytest.mark.parametrize(("name", "path", "value", "field", "code"), BAD)
def test_one_step_beyond_a_limit_is_refused(name, path, value, field, code):
    with pytest.raises(BadPayload) as caught:
        outbound.interactive(changed(example(name), path, value))
    assert (caught.value.field, caught.value.code) == (field, code)


def test_a_single_section_needs_no_title():
    menu = changed(example("list"), "action.sections", [{"rows": ROWS}])
    assert outbound.interactive(menu)["interactive"] == menu


@pytest.mark.parametrize(
    "obj",
    [
        {"type": "product", "action": {"catalog_id": "1", "product_retailer_id": "kettle"}},
        {
            "type": "product_list",
            "header": {"type": "text", "text": "Kettles"},
            "body": {"text": "Choose"},
            "action": {
                "catalog_id": "1",
                "sections": [{"title": "x", "product_items": [{"product_retailer_id": "1"}] * 30}],
            },
        },
        {
            "type": "catalog_message",
            "body": {"text": "All we have"},
            "action": {"name": "catalog_message"},
        },
        {
            "type": "address_message",
            "body": {"text": "Where to?"},
            "action": {"name": "address_message", "parameters": {"country": "IN"}},
        },
        {"type": "call_permission_request", "action": {"name": "call_permission_request"}},
        {"type": "voice_call", "action": {"name": "voice_call"}},
        {"type": "order_status", "action": {"name": "review_order"}},
    ],
)
def test_the_rarer_variants_pass(obj):
    assert outbound.interactive(obj) == {"type": "interactive", "interactive": obj}


def test_a_list_of_31_products_is_refused():
    sections = [{"product_items": [{}] * 16}, {"product_items": [{}] * 15}]
    obj = {
        "type": "product_list",
        "header": {"type": "text", "text": "Kettles"},
        "body": {"text": "Choose"},
        "action": {"catalog_id": "1", "sections": sections},
    }
    with pytest.raises(BadPayload, match="At most 30"):
        outbound.interactive(obj)


@pytest.mark.parametrize("obj", [None, "x", [], 7])
def test_what_is_no_object_is_refused(obj):
    with pytest.raises(BadPayload):
        outbound.interactive(obj)
