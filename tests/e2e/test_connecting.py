"""In the browser: a number that nobody knew sends and receives, by either way of connecting it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

NEWCOMERS = {
    "by hand": {"id": "106540352242901", "waba_id": "102290129340301", "display": "15550783901"},
    "by code": {"id": "106540352242902", "waba_id": "102290129340302", "display": "15550783902"},
}
DIALOG = {"id": "106540352242903", "waba_id": "102290129340303", "display": "15550783903"}
# Meta's script and its dialog, which hands over ids by a message and the code by a call.
SDK = """
window.FB = {
  init() {},
  async login(answered) {
    const tell = (origin, data) => {
      const told = JSON.stringify({ type: "WA_EMBEDDED_SIGNUP", event: "FINISH", data });
      dispatchEvent(new MessageEvent("message", { origin, data: told }));
    };
    tell("https://www.facebook.com", { phone_number_id: "106540352242903", waba_id: "" });
    tell("https://facebook.com.evil.example", { phone_number_id: "666", waba_id: "666" });
    answered({ authResponse: { code: await window.newCode() } });
  },
};
"""
TOKEN, PIN = "simulator-token", "123456"


def step(page: Page, name: str) -> Any:
    return page.locator(f"#step-{name}")


def test_by_hand_from_nothing_to_a_received_message(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    number = NEWCOMERS["by hand"]
    shop.at_meta("number", **number, status="DISCONNECTED")
    page = open_page("/settings/numbers/", who="ada")
    page.get_by_role("link", name="Connect a number").click()
    page.get_by_role("link", name="Connect by hand").click()
    page.get_by_label("WhatsApp Business Account ID").fill(number["waba_id"])
    page.get_by_label("Phone number ID").fill(number["id"])
    page.get_by_label("Access token").fill("not this one")
    page.get_by_role("button", name="Connect").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Meta refuses this access token")
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Connect").click()
    expect(step(page, "subscribe_app")).to_have_attribute("data-state", "done")
    expect(step(page, "check_webhook")).to_have_attribute("data-state", "done")
    expect(step(page, "register_number")).to_have_attribute("data-state", "waiting")
    page.get_by_label("Six-digit PIN").fill(PIN)
    page.get_by_role("button", name="Register").click()
    expect(step(page, "register_number")).to_have_attribute("data-state", "done")
    expect(step(page, "test_message")).to_have_attribute("data-state", "waiting")
    shop.customer("dora", text="Is this the new number?", phone_number_id=number["id"])
    # Without a reload: the page looks again by itself.
    expect(step(page, "test_message")).to_have_attribute("data-state", "done")
    page.get_by_role("link", name="Open the inbox").click()
    expect(page.locator("#rows")).to_contain_text("Is this the new number?")


def test_by_metas_code_without_javascript(open_page: Callable[..., Page], shop: Shop) -> None:
    number = NEWCOMERS["by code"]
    shop.at_meta("number", **number, status="DISCONNECTED")
    page = open_page("/settings/numbers/connect/", who="ada", script=False)
    page.get_by_role("link", name="Use Meta's dialog").click()
    made = shop.at_meta("code", phone_number_id=number["id"])
    page.get_by_label("Code", exact=True).fill(made["code"])
    page.get_by_label("Phone number ID").fill(number["id"])
    page.get_by_label("Six-digit PIN").fill(PIN)
    page.get_by_role("button", name="Connect").click()
    expect(step(page, "register_number")).to_have_attribute("data-state", "done")
    shop.customer("dora", text="And this one?", phone_number_id=number["id"])
    for _look in range(50):
        if step(page, "test_message").get_attribute("data-state") == "done":
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator("#setup-steps")).to_contain_text("Everything works")


def test_by_metas_dialog_the_page_goes_on_by_itself(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    shop.at_meta("number", **DIALOG)
    page = open_page("/settings/numbers/connect/", who="ada")
    page.expose_function("newCode", lambda: shop.at_meta("code")["code"])
    page.route(
        "https://connect.facebook.net/**",
        lambda route: route.fulfill(
            body=SDK,
            content_type="text/javascript",
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    page.get_by_role("link", name="Use Meta's dialog").click()
    page.get_by_role("button", name="Open Meta's dialog").click()
    expect(step(page, "read_number")).to_contain_text("+1 555-078-3903")
    expect(page.locator("#setup-steps")).to_contain_text("The number can send")
