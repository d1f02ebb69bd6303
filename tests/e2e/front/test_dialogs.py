"""What stands behind the plus, and the emoji below a message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.axe import findings
from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
THREAD = f"/inbox/{made_up.ROWS[0].id}/"


def opened(here: Screen, name: str) -> Locator:
    here.page.locator(".composer__more summary").click()
    here.page.get_by_role("link", name=name).click()
    dialog = here.page.locator("#compose")
    expect(dialog).to_be_visible()
    return dialog


def test_a_dialog_tells_its_mistakes_and_then_sends(screen: Open) -> None:
    here = screen(THREAD)
    dialog = opened(here, "Question with buttons")
    dialog.get_by_label("Message").fill("When shall we come?")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_label("First button")).to_be_focused()
    expect(dialog.get_by_label("Message")).to_have_value("When shall we come?")
    dialog.get_by_label("First button").fill("Morning")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    assert '"title": "Morning"' in here.texts()[-1]


def test_the_browser_tells_the_place_or_it_is_typed(screen: Open) -> None:
    here = screen(THREAD)
    dialog = opened(here, "Location")
    dialog.get_by_role("button", name="Use my place").click()
    expect(dialog).to_contain_text("does not tell where you are")
    here.page.context.grant_permissions(["geolocation"])
    here.page.context.set_geolocation({"latitude": 52.52, "longitude": 13.405})
    dialog.get_by_role("button", name="Use my place").click()
    expect(dialog.get_by_label("Latitude")).to_have_value("52.520000")


def test_a_card_is_taken_from_the_contacts(screen: Open) -> None:
    here = screen(THREAD)
    dialog = opened(here, "Contact card")
    dialog.get_by_role("searchbox").fill("ana")
    dialog.get_by_role("searchbox").press("Enter")
    dialog.get_by_role("link", name="Ana Lucía").click()
    expect(dialog.get_by_label("Name")).to_have_value("Ana Lucía")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_be_hidden()
    assert '"wa_id": "5511912345678"' in here.texts()[-1]


def test_by_keys_a_message_gets_an_emoji_and_loses_it(screen: Open) -> None:
    here = screen(THREAD)
    bubble = here.page.locator("#log > .bubble").last
    here.page.locator("#composer-text").press("ArrowUp")
    here.page.keyboard.press("Enter")
    expect(here.page.get_by_role("button", name="React to this")).to_be_focused()
    here.page.keyboard.press("Enter")
    here.page.get_by_role("button", name="🙏").click()
    expect(bubble.locator(".reactions")).to_contain_text("🙏")
    bubble.hover()
    here.page.get_by_role("button", name="React to this").click()
    expect(here.page.get_by_role("button", name="🙏")).to_have_attribute("aria-pressed", "true")
    here.page.get_by_role("button", name="Take our reaction back").click()
    expect(bubble.locator(".reactions")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_tray_recorder_and_dialogs(screen: Open, theme: str) -> None:
    here = screen(THREAD + "?tray=kettle.jpg,song.mp3", theme=theme, csp=False, width=390)
    opened(here, "List to choose from")
    here.page.get_by_role("button", name="Send").last.click()
    expect(here.page.locator("#compose [aria-invalid]").first).to_be_visible()
    rules = ("wcag2a", "wcag2aa", "best-practice")
    found = findings(here.page, rules)
    here.page.keyboard.press("Escape")
    assert found + findings(here.page, rules) == []
