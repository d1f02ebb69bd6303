import pytest

from tests.unit.simulator.graph_client import code_of, wamid_of


def body(*texts, names=()):
    rows = [{"type": "text", "text": text} for text in texts]
    for row, name in zip(rows, names, strict=False):
        row["parameter_name"] = name
    return {"type": "body", "parameters": rows}


def url_button(text, index="0"):
    values = [{"type": "text", "text": text}]
    return {"type": "button", "sub_type": "url", "index": index, "parameters": values}


def test_the_phone_shows_the_template_filled_in(graph, sim):
    reply = {"type": "payload", "payload": "confirm:7"}
    button = {"type": "button", "sub_type": "quick_reply", "index": 0, "parameters": [reply]}
    sent = graph.template("appointment_reminder", "en_US", body("Dora", "Friday 10:00"), button)
    bubble = sim.message(wamid_of(sent))["bubble"]
    assert bubble["header"] == {"text": "Your appointment"}
    assert bubble["text"] == "Hi Dora, we expect you on Friday 10:00. Does that still suit you?"
    assert bubble["footer"] == "Reply any time"
    assert bubble["buttons"] == [
        {"kind": "quick_reply", "text": "Confirm", "payload": "confirm:7"},
        {"kind": "quick_reply", "text": "Move it", "payload": "Move it"},
    ]


def test_named_values_go_to_their_names(graph, sim):
    values = body("40-1187", "Dora", names=("order_number", "customer_name"))
    bubble = sim.message(wamid_of(graph.template("pickup_ready", "de", values)))["bubble"]
    assert bubble["text"] == "Hallo Dora, Bestellung 40-1187 liegt für dich bereit."


def test_a_link_ends_in_its_value(graph, sim):
    sent = graph.template("track_parcel", "en_US", body("40"), url_button("40"))
    button = sim.message(wamid_of(sent))["bubble"]["buttons"][0]
    assert button["url"] == "https://shop.example/track/40"


def test_an_authentication_template_repeats_its_code(graph, sim):
    sent = graph.template("login_code", "en_US", body("482913"), url_button("482913"))
    bubble = sim.message(wamid_of(sent))["bubble"]
    assert "482913" in bubble["text"]
    assert bubble["footer"] == "This code expires in 10 minutes."


def test_a_carousel_needs_every_card(graph, sim):
    sim.control(rules={"media": False})
    header = {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]}
    parts = [header, body("39.90 €"), url_button("kettle", "1")]
    cards = [{"card_index": index, "components": parts} for index in (0, 1)]
    carousel = {"type": "carousel", "cards": cards}
    sent = graph.template("two_that_fit", "en_US", body("Dora"), carousel)
    assert len(sim.message(wamid_of(sent))["bubble"]["cards"]) == 2
    carousel["cards"] = cards[:1]
    assert code_of(graph.template("two_that_fit", "en_US", body("Dora"), carousel))[1] == 132000


@pytest.mark.parametrize(
    ("name", "language", "components", "code"),
    [
        ("nonsense", "en_US", [], 132001),
        ("order_update", "it", [body("a", "b")], 132001),
        ("order_update", "fr", [body("a", "b")], 132001),
        ("win_an_iron", "en_US", [], 132001),
        ("spring_sale", "en_US", [body("a")], 132015),
        ("loyalty_points", "en_US", [body("a", "b")], 132016),
        ("order_update", "en_US", [body("a")], 132000),
        ("order_update", "en_US", [], 132000),
        ("pickup_ready", "de", [body("a", "b")], 132012),
        (
            "order_update",
            "en_US",
            [{"type": "body", "parameters": [{"type": "image"}] * 2}],
            132012,
        ),
        ("invoice_ready", "en_US", [body("a", "b")], 132012),
        ("track_parcel", "en_US", [body("a")], 131008),
    ],
)
def test_a_template_that_does_not_fit_is_refused(graph, sim, name, language, components, code):
    assert code_of(graph.template(name, language, *components))[1] == code
    assert sim.accepts() == []


def test_a_template_is_made_approved_and_deleted(graph, sim):
    path = "102290129340398/message_templates"
    parts = [{"type": "BODY", "text": "We open at nine."}]
    wanted = {"name": "we_open", "language": "en_US", "category": "UTILITY", "components": parts}
    made = graph.call("POST", path, json=wanted).json()
    assert made["status"] == "PENDING"
    assert code_of(graph.template("we_open"))[1] == 132001
    sim.template("we_open", "en_US", "APPROVED")
    assert graph.template("we_open").status_code == 200
    assert graph.call("DELETE", path, params={"name": "we_open"}).json() == {"success": True}
    assert code_of(graph.call("GET", made["id"])) == (400, 100)


def test_an_authentication_code_needs_a_number(graph):
    content = {"name": "login_code", "language": {"code": "en_US"}}
    payload = {
        "messaging_product": "whatsapp",
        "recipient": "DE.35570918264401927786",
        "type": "template",
        "template": content,
    }
    assert code_of(graph.post(payload))[1] == 131062
