import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from simulator.testing import wait_for
from tests.unit.simulator.graph_client import message, wamid_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(sim, browser) -> Iterator[Page]:
    """The phone at 1280 pixels; a violation of the content policy or an error fails the test."""
    troubles: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.goto(f"{sim.base_url}/")
    expect(page.locator("#customer option")).not_to_have_count(0)
    yield page
    page.close()
    assert troubles == []


def bubble(page, wamid):
    return page.locator(f'#phone-log [data-wamid="{wamid}"]')


def test_what_is_typed_on_the_phone_reaches_the_business(page, listener):
    page.fill("#phone-input", "Hello")
    page.press("#phone-input", "Enter")
    entry = wait_for(lambda: listener.messages and listener.messages[0])
    assert entry["text"] == {"body": "Hello"}
    expect(bubble(page, entry["id"])).to_have_attribute("data-direction", "inbound")
    expect(bubble(page, entry["id"])).to_have_attribute("data-status", "delivered")


def test_an_open_chat_shows_and_reads_what_the_business_writes(page, graph, listener):
    wamid = wamid_of(graph.text("Hi Dora"))
    expect(bubble(page, wamid)).to_contain_text("Hi Dora")
    wait_for(lambda: "read" in {status["status"] for status in listener.statuses})


def test_text_is_never_read_as_markup(page, sim):
    wamid = sim.says("dora", text='<img src=x onerror="alert(1)"> *bold*')
    expect(bubble(page, wamid)).to_contain_text('<img src=x onerror="alert(1)"> bold')
    expect(bubble(page, wamid).locator("b")).to_have_text("bold")


def test_a_tap_on_a_quick_reply_sends_its_payload(page, graph, listener):
    values = [{"type": "text", "text": text} for text in ("Dora", "Friday")]
    sent = graph.template("appointment_reminder", "en_US", {"type": "body", "parameters": values})
    bubble(page, wamid_of(sent)).get_by_role("button", name="Confirm").click()
    entry = wait_for(lambda: listener.messages and listener.messages[0])
    assert entry["button"] == {"payload": "Confirm", "text": "Confirm"}
    assert entry["context"]["id"] == wamid_of(sent)


def test_a_row_of_a_list_is_chosen_in_a_dialog(page, graph, listener):
    rows = [{"id": "r1", "title": "Repair", "description": "By hand"}]
    action = {"button": "Departments", "sections": [{"title": "All", "rows": rows}]}
    content = {"type": "list", "body": {"text": "Choose"}, "action": action}
    sent = graph.post(message("interactive", content))
    bubble(page, wamid_of(sent)).get_by_role("button", name="Departments").click()
    page.get_by_role("dialog").get_by_role("button", name="Repair").click()
    entry = wait_for(lambda: listener.messages and listener.messages[0])
    assert entry["interactive"]["list_reply"]["id"] == "r1"


def test_typing_and_reading_of_the_business_are_shown(page, sim, graph):
    wamid = sim.says("dora")
    typing = {"typing_indicator": {"type": "text"}}
    graph.post({"messaging_product": "whatsapp", "status": "read", "message_id": wamid} | typing)
    expect(page.locator("#business-line")).to_have_text("typing…")
    expect(bubble(page, wamid)).to_have_attribute("data-status", "read")
    graph.text()
    expect(page.locator("#business-line")).to_have_text("+15550783881")


def test_another_customer_has_another_chat(page, sim):
    wamid = sim.says("amir", text="مرحبًا")
    expect(bubble(page, wamid)).to_have_count(0)
    page.select_option("#customer", "amir")
    expect(bubble(page, wamid)).to_contain_text("مرحبًا")


def test_a_switch_of_the_page_is_the_simulators(page, sim):
    page.get_by_role("switch", name="24-hour window").click()
    wait_for(lambda: sim.state()["switches"]["rules"]["window"])
    sim.control(rules={"window": False})
    expect(page.get_by_role("switch", name="24-hour window")).not_to_be_checked()


def test_the_answer_to_a_webhook_is_shown(page, sim, listener):
    listener.answers.append(503)
    sim.control(webhooks={"first_retry_s": 60})
    sim.says("dora")
    expect(page.locator("#event-log .result").first).to_have_text("503")
    page.locator("#event-log summary").first.click()
    expect(page.locator("#event-log pre").first).to_have_text("ok")


def test_every_sample_arrives(page, listener):
    samples = page.locator("#sample-grid button")
    for index in range(samples.count()):
        samples.nth(index).click()
    wait_for(lambda: len(listener.messages) == samples.count())
    expect(page.locator("#phone-log .bubble")).to_have_count(samples.count())


def test_an_emptied_world_is_an_empty_page(page, sim):
    wamid = sim.says("dora")
    expect(bubble(page, wamid)).to_be_visible()
    sim.reset()
    expect(page.locator("#phone-log .bubble")).to_have_count(0)


def test_the_card_of_the_connection_throws_and_shows_its_switches(page, sim):
    page.get_by_label("Token", exact=True).select_option("expired")
    wait_for(lambda: sim.state()["setup"]["token"] == "expired")
    sim.control(setup={"unsubscribed": ["102290129340398"], "quality": "RED"})
    expect(page.get_by_label("App", exact=True)).to_have_value("in")
    expect(page.get_by_label("Quality", exact=True)).to_have_value("RED")
    page.get_by_role("button", name="Code of a sign-up").click()
    expect(page.locator("#made-code")).to_have_value(re.compile("^AQ"))
