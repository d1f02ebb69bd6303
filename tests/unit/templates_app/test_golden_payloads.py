"""The compiler builds the recorded request bodies, byte for byte of their meaning."""

import json
from pathlib import Path

import pytest

from templates_app import compiler
from templates_app.compiler import Values
from tests.unit.templates_app.parts import body, footer, header, named, positional
from whatsapp import outbound
from whatsapp.outbound import Recipient

PAYLOADS = Path(__file__).parents[2] / "payloads" / "outbound"

CLOSED = positional(
    body("Our shop is closed today. We answer tomorrow from 9:00."), name="shop_closed_today"
)
ORDER = positional(body("Hello {{1}}, your order {{2}} is on its way."), footer("Kettle & Co"))
PICKUP = named(
    body("Hallo {{customer_name}}, Bestellung {{order_number}} liegt bereit."),
    name="pickup_ready",
    language="de",
)
RESTOCK = positional(
    header("{{1}} is back"),
    body("Good news, {{1}}: it is on the shelf from {{2}} on."),
    name="kettle_restock",
)
RESTOCK_VALUES = {"header.1": "Blue kettle", "1": "Dora", "2": "Friday"}


@pytest.mark.parametrize(
    ("recorded", "template", "values"),
    [
        ("template_no_variables", CLOSED, Values()),
        ("template_positional", ORDER, Values(variables={"2": "40-1187", "1": "Dora"})),
        ("template_positional", ORDER, Values(body_params=["Dora", "40-1187"])),
        (
            "template_named",
            PICKUP,
            Values(variables={"order_number": "40-1187", "customer_name": "Dora"}),
        ),
        ("template_named", PICKUP, Values(body_params=["Dora", "40-1187"])),
        ("template_header_text", RESTOCK, Values(variables=RESTOCK_VALUES)),
        (
            "template_header_text",
            RESTOCK,
            Values(header_params=["Blue kettle"], body_params=["Dora", "Friday"]),
        ),
    ],
)
def test_values_become_the_recorded_body(recorded, template, values):
    wanted = json.loads((PAYLOADS / f"{recorded}.json").read_text())
    assert sent(template, values, wanted) == wanted


@pytest.mark.parametrize(
    ("recorded", "template", "shown"),
    [
        ("template_positional", ORDER, "Hello Dora, your order 40-1187 is on its way."),
        ("template_named", PICKUP, "Hallo Dora, Bestellung 40-1187 liegt bereit."),
        ("template_header_text", RESTOCK, "Good news, Dora: it is on the shelf from Friday on."),
    ],
)
def test_components_of_metas_shape_go_as_they_are_and_are_shown(recorded, template, shown):
    wanted = json.loads((PAYLOADS / f"{recorded}.json").read_text())
    values = Values(components=wanted["template"]["components"])
    assert sent(template, values, wanted) == wanted
    assert compiler.compile(template, values).content["body"] == shown


def sent(template, values, wanted):
    compiled = compiler.compile(template, values)
    content = outbound.template(compiled.name, compiled.language, compiled.components)
    opaque = wanted["biz_opaque_callback_data"]
    return outbound.message(content, to=Recipient(phone="+12025550143"), opaque=opaque)
