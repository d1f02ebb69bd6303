"""Sounds and pictures: played, walked through, zoomed; no swap disturbs them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
DORA = made_up.ROWS[0]
THREAD = f"/inbox/{DORA.id}/"
GALLERY = f"{THREAD}media/"


# A bubble as the server renders it, before any script has touched it.
AS_SERVED = """async id => {
    const page = await (await fetch(location.href)).text();
    const parsed = new DOMParser().parseFromString(page, 'text/html');
    return parsed.getElementById(id).outerHTML;
}"""


def the_voice_note(here: Screen) -> Locator:
    return here.page.locator(".bubble[data-kind=voice] voice-player")


def sound(player: Locator, what: str) -> object:
    return player.locator("audio").evaluate(f"one => one.{what}")


def wait_until(here: Screen, condition: str) -> None:
    here.page.wait_for_function(
        f"() => {{ const a = document.querySelector('voice-player audio'); return {condition}; }}"
    )


def focused(here: Screen) -> str:
    found: str = here.page.evaluate("document.activeElement.id")
    return found


def test_a_voice_note_is_played_faster_and_paused(screen: Open) -> None:
    here = screen(THREAD)
    player = the_voice_note(here)
    expect(player.locator(".player__time")).to_have_text("0:05")
    player.get_by_role("button", name="Play").click()
    wait_until(here, "a.currentTime > 0.1")
    player.get_by_role("button", name="Speed").click()
    assert sound(player, "playbackRate") == 1.5
    player.get_by_role("button", name="Pause").click()
    assert sound(player, "paused") is True


def test_the_arrows_seek_by_five_seconds_and_space_plays(screen: Open) -> None:
    here = screen(THREAD)
    player = the_voice_note(here)
    seek = player.get_by_role("slider", name="Position")
    seek.focus()
    here.page.keyboard.press("ArrowRight")
    wait_until(here, "a.currentTime > 4")
    expect(seek).to_have_attribute("aria-valuetext", "0:05 of 0:05")
    here.page.keyboard.press("ArrowLeft")
    wait_until(here, "a.currentTime < 1")
    here.page.keyboard.press("Space")
    wait_until(here, "!a.paused")


def test_a_swap_of_the_bubble_does_not_stop_the_sound(screen: Open) -> None:
    here = screen(THREAD)
    player = the_voice_note(here)
    player.get_by_role("button", name="Play").click()
    wait_until(here, "a.currentTime > 0.1")
    # Five seconds of sound would be over on a busy machine before the bubble has been swapped.
    player.locator("audio").evaluate("one => { one.playbackRate = 0.1; }")
    bubble = here.page.locator(".bubble[data-kind=voice]")
    html = str(here.page.evaluate(AS_SERVED, bubble.get_attribute("id")))
    here.push(html.replace("Voice message</p>", "Voice message, edited</p>"), 200)
    expect(bubble).to_contain_text("edited")
    before = sound(player, "currentTime")
    wait_until(here, f"!a.paused && a.currentTime > {before}")
    assert bubble.locator(".player__play").count() == 1


def test_one_sound_plays_at_a_time(screen: Open) -> None:
    here = screen(f"{THREAD}?zoo=1")
    voice = here.page.locator(".bubble[data-kind=voice] voice-player")
    audio = here.page.locator(".bubble[data-kind=audio] voice-player")
    voice.get_by_role("button", name="Play").click()
    expect(voice.get_by_role("button", name="Pause")).to_be_visible()
    audio.get_by_role("button", name="Play").press("Enter")
    expect(voice.get_by_role("button", name="Play")).to_be_visible()
    assert sound(audio, "paused") is False


def test_a_picture_opens_large_and_gives_the_focus_back(screen: Open) -> None:
    here = screen(GALLERY)
    tile = here.page.locator('[data-act="lightbox"]').nth(2)
    tile.focus()
    here.page.keyboard.press("Enter")
    dialog = here.page.get_by_role("dialog", name="Picture")
    expect(dialog.locator(".lightbox__image")).to_have_attribute("alt", "That's my door")
    for _ in range(12):  # all round: the focus cannot leave the dialog
        here.page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert here.page.evaluate(inside)
    here.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(here) == tile.get_attribute("id")


def test_the_arrows_walk_through_the_set_and_stop_at_its_ends(screen: Open) -> None:
    here = screen(GALLERY)
    tiles = here.page.locator('[data-act="lightbox"]')
    tiles.first.click()
    dialog = here.page.locator("#lightbox")
    expect(dialog).to_be_visible()
    previous, following = (dialog.locator(f'[data-do="{one}"]') for one in ("previous", "next"))
    expect(previous).to_be_disabled()
    for n in range(1, tiles.count()):
        here.page.keyboard.press("ArrowRight")
        kind = "video" if tiles.nth(n).get_attribute("data-video") is not None else "image"
        expect(dialog).to_have_attribute("data-kind", kind)
    expect(following).to_be_disabled()
    here.page.keyboard.press("ArrowRight")
    here.page.keyboard.press("ArrowLeft")
    expect(following).to_be_enabled()


def test_a_picture_is_zoomed_turned_and_put_back(screen: Open) -> None:
    here = screen(GALLERY)
    here.page.locator('[data-act="lightbox"]').first.click()
    image = here.page.locator(".lightbox__image")
    stage = here.page.locator("[data-stage]")
    expect(stage).to_be_visible()
    here.page.keyboard.press("+")
    expect(stage).to_have_attribute("data-large", "")
    here.page.keyboard.press("r")
    assert "rotate(90deg)" in str(image.get_attribute("style"))
    here.page.keyboard.press("0")
    assert "rotate(0deg) scale(1)" in str(image.get_attribute("style"))
    image.dblclick()
    expect(stage).to_have_attribute("data-large", "")
    here.page.get_by_role("button", name="Smaller").click(click_count=3)
    expect(stage).not_to_have_attribute("data-large", "")


def test_the_next_page_of_the_gallery_joins_the_set(screen: Open) -> None:
    here = screen(GALLERY)
    before = here.page.locator('[data-act="lightbox"]').count()
    here.page.get_by_role("link", name="Show older ones").click()
    expect(here.page.locator('[data-act="lightbox"]')).to_have_count(2 * before)
    expect(here.page.get_by_role("link", name="Show older ones")).to_have_count(0)


def test_retry_puts_the_card_into_its_place(screen: Open) -> None:
    here = screen(f"{THREAD}?zoo=1")
    here.page.get_by_role("button", name="Retry").first.scroll_into_view_if_needed()
    bubble = here.page.locator(f"[id='m-{made_up.MISSED}']")
    bubble.get_by_role("button", name="Retry").click()
    expect(bubble).to_contain_text("Loading the file…")
    expect(bubble.get_by_role("button", name="Retry")).to_have_count(0)


def test_a_thread_does_not_jump_when_its_pictures_come(screen: Open) -> None:
    here = screen(THREAD)
    sizes = here.page.eval_on_selector_all(
        ".media__image", "all => all.map(one => [one.offsetWidth, one.offsetHeight])"
    )
    here.page.eval_on_selector_all(
        ".media__image", "all => all.forEach(one => one.removeAttribute('src'))"
    )
    without = here.page.eval_on_selector_all(
        ".media__image", "all => all.map(one => [one.offsetWidth, one.offsetHeight])"
    )
    assert sizes == without
    assert sizes[0][1] > 100
