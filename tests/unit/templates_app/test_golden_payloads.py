"""The compiler builds the recorded request bodies, byte for byte of their meaning."""

import json
from pathlib import Path

import pytest

from simulator.templates_catalogue import catalogue
from templates_app import compiler
from templates_app.compiler import Values
from whatsapp import outbound
from whatsapp.outbound import Recipient

PAYLOADS = Path(__file__).parents[2] / "payloads" / "outbound"
RECORDED = sorted(path.stem for path in PAYLOADS.glob("template_*.json"))
TEMPLATES = {(one.name, one.language): one for one in catalogue()}

CARDS = {
    "card.0.header.media": "1145573945639457",
    "card.0.1": "39.90 €",
    "card.0.button.0": "want:kettle-blue-17",
    "card.0.button.1": "kettle-blue-17",
    "card.1.header.media": "1106272383383504",
    "card.1.1": "34.90 €",
    "card.1.button.0": "want:kettle-red-10",
    "card.1.button.1": "kettle-red-10",
}
FORM = {"button.0": "ft-5531", "button.0.data": {"order": "40-1187"}}
INVOICE = {"media": {"id": "1253091573312970", "filename": "Invoice 40-1187.pdf"}}
PLACE = {
    "latitude": "52.3702157",
    "longitude": "4.8951679",
    "name": "Canal House Books",
    "address": "Herengracht 500, 1017 CB Amsterdam",
}
PICKUP_POINT = {"location": PLACE}
TAPS = [
    {"index": 0, "type": "quick_reply", "payload": "confirm:appt-7731"},
    {"index": 1, "type": "quick_reply", "payload": "move:appt-7731"},
]
DEAL = {"header.media": "1141245043972504", "1": "Dora", "2": "KETTLE20"}
DEAL |= {"offer.expires_at": "1795251600000", "button.0": "KETTLE20", "button.1": "weekend"}
WINTER = {"media": {"link": "https://media.shop.example/winter.jpg"}}
RESTOCK = {"header.1": "Blue kettle", "1": "Dora", "2": "Friday"}

CASES = [
    ("template_no_variables", Values()),
    ("template_positional", Values(variables={"2": "40-1187", "1": "Dora"})),
    ("template_positional", Values(body_params=["Dora", "40-1187"])),
    ("template_named", Values(variables={"order_number": "40-1187", "customer_name": "Dora"})),
    ("template_named", Values(body_params=["Dora", "40-1187"])),
    ("template_header_text", Values(variables=RESTOCK)),
    ("template_header_text", Values(header_params=["Blue kettle"], body_params=["Dora", "Friday"])),
    ("template_header_image", Values(variables={"header.media": "1141245043972504", "1": "Dora"})),
    ("template_header_image_by_link", Values(body_params=["Dora"], header=WINTER)),
    ("template_header_document", Values(body_params=["Dora", "40-1187"], header=INVOICE)),
    ("template_header_video", Values(header={"media": {"id": "1264608836654048"}})),
    ("template_header_location", Values(body_params=["40-1187"], header=PICKUP_POINT)),
    ("template_url_button", Values(variables={"1": "40-1187", "button.0": "40-1187"})),
    ("template_quick_reply_payload", Values(body_params=["Dora", "Friday 10:00"], buttons=TAPS)),
    ("template_copy_code", Values(variables={"1": "Dora", "2": "20 %", "button.0": "KETTLE20"})),
    ("template_flow_button", Values(variables=FORM)),
    ("template_authentication", Values(body_params=["482913"])),
    ("template_authentication",
     Values(body_params=["482913"], buttons=[{"index": 0, "type": "url", "payload": "482913"}])),
    ("template_limited_time_offer", Values(variables=DEAL)),
    ("template_carousel", Values(variables={"1": "Dora", **CARDS})),
]  # fmt: skip


@pytest.mark.parametrize(("recorded", "values"), CASES)
def test_values_become_the_recorded_body(recorded, values):
    wanted = body_of(recorded)
    assert sent(template_of(wanted), values, wanted) == wanted


def test_every_recorded_template_is_built():
    assert {recorded for recorded, _values in CASES} == set(RECORDED)


@pytest.mark.parametrize("recorded", RECORDED)
def test_components_of_metas_shape_go_as_they_are_and_are_shown_alike(recorded):
    wanted = body_of(recorded)
    template = template_of(wanted)
    native = Values(components=wanted["template"].get("components"))
    assert sent(template, native, wanted) == wanted
    ours = next(values for name, values in CASES if name == recorded)
    assert shown(template, native) == shown(template, ours)


def body_of(recorded):
    return json.loads((PAYLOADS / f"{recorded}.json").read_text())


def template_of(body):
    return TEMPLATES[body["template"]["name"], body["template"]["language"]["code"]]


def shown(template, values):
    return compiler.compile(template, values).content


def sent(template, values, wanted):
    compiled = compiler.compile(template, values)
    content = outbound.template(compiled.name, compiled.language, compiled.components)
    opaque = wanted["biz_opaque_callback_data"]
    return outbound.message(content, to=Recipient(phone="+12025550143"), opaque=opaque)
