"""A voice note: recorded, paused, listened to, sent or thrown away; and no microphone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
THREAD = f"/inbox/{made_up.ROWS[0].id}/"


def recording(screen: Open) -> Screen:
    here = screen(THREAD)
    here.page.context.grant_permissions(["microphone"])
    here.page.locator("#composer-text").fill("half a sentence")
    here.page.get_by_role("button", name="Record a voice note").click()
    expect(here.page.get_by_role("timer")).to_have_text("0:01")
    return here


def test_a_voice_note_is_paused_heard_and_sent_without_the_words_in_the_box(screen: Open) -> None:
    here = recording(screen)
    expect(here.page.locator("#composer-text")).to_be_hidden()
    here.page.keyboard.press("Space")  # the focus is on Pause
    recorder = here.page.get_by_role("group", name="Voice note")
    recorder.get_by_role("button", name="Play").click()
    here.page.wait_for_function("() => document.querySelector('.recorder audio').currentTime > 0.1")
    with here.page.expect_request("**/messages/") as posted:
        recorder.get_by_role("button", name="Send").click()
    assert "attachment=" in str(posted.value.post_data)
    assert "half" not in str(posted.value.post_data)
    expect(here.page.locator("#composer-text")).to_have_value("half a sentence")
    expect(here.page.locator(".attachment")).to_have_count(0)


def test_a_discarded_voice_note_goes_nowhere_and_the_microphone_is_free(screen: Open) -> None:
    here = recording(screen)
    track = "document.querySelector('baton-recorder').stream.getTracks()[0]"
    here.page.evaluate(f"window.track = {track}")
    here.page.get_by_role("button", name="Discard the recording").click()
    assert here.page.evaluate("window.track.readyState") == "ended"
    expect(here.page.locator("#composer-text")).to_be_focused()
    expect(here.page.locator(".attachment")).to_have_count(0)


def without_microphone(route: Route) -> None:
    """The page again, with a policy by which the browser itself refuses."""
    answer = route.fetch()
    headers = answer.headers | {"permissions-policy": "microphone=()"}
    route.fulfill(response=answer, headers=headers)


def test_a_microphone_that_is_refused_is_explained(screen: Open) -> None:
    here = screen(THREAD)
    here.page.route(here.page.url, without_microphone)
    here.page.reload()
    here.page.get_by_role("button", name="Record a voice note").click()
    expect(here.page.locator("#composer-notice")).to_contain_text("keeps the microphone")
    expect(here.page.locator("#composer-text")).to_be_visible()
