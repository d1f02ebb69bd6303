"""What a pushed fragment does to a page: order, newer wins, nothing of the person's is touched."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
DORA = made_up.ROWS[0]
THREAD = f"/inbox/{DORA.id}/"
LATE = "999999999999000-" + "0" * 32


def bubble(
    name: str, order: str, text: str, *, conversation: object = DORA.id, more: str = ""
) -> str:
    return (
        f'<article id="m-{name}" class="bubble" data-into="log" data-conversation="{conversation}" '
        f'data-order="{order}" data-look="contact" data-sender="Dora" tabindex="-1" {more}>'
        f'<div class="bubble__end"><div class="bubble__text" data-text>{text}</div></div></article>'
    )


def row(number: int, order: str, preview: str) -> str:
    key = made_up.ROWS[number].id
    return (
        f'<article id="row-{key}" class="row" data-into="rows" data-order="{order}" '
        f'data-conversation="{key}">'
        f'<a class="row__link" href="/inbox/{key}/" data-act="open">{preview}</a>'
        f'<span id="unread-{key}" class="unread" data-keep></span></article>'
    )


def test_a_bubble_comes_once_and_at_its_place(screen: Open) -> None:
    here = screen(THREAD)
    here.push(bubble("b", LATE.replace("-0", "-2"), "second"), 101)
    here.push(bubble("a", LATE, "first"), 102)
    here.push(bubble("b", LATE.replace("-0", "-2"), "second again"), 103)
    expect(here.page.get_by_text("second again", exact=True)).to_be_visible()
    assert here.texts()[-2:] == ["first", "second again"]


def test_an_older_event_after_a_newer_one_changes_nothing(screen: Open) -> None:
    here = screen(THREAD)
    here.push(bubble("a", LATE, "new") + bubble("z", LATE, "marker"), 110)
    here.page.evaluate(
        """html => import('/static/js/apply.js').then(({apply}) => apply(html, 105))""",
        bubble("a", LATE, "old"),
    )
    assert "old" not in here.texts()
    assert "new" in here.texts()


def test_another_conversations_bubble_stays_out_of_the_open_thread(screen: Open) -> None:
    here = screen(THREAD)
    here.push(
        bubble("other", LATE, "not here", conversation=made_up.ROWS[1].id)
        + bubble("z", LATE, "here"),
        101,
    )
    expect(here.page.get_by_text("here", exact=True)).to_be_visible()
    assert "not here" not in here.texts()


def test_a_focused_bubble_and_typed_words_survive_a_push(screen: Open) -> None:
    here = screen(THREAD)
    here.push(bubble("a", LATE, "one"), 101)
    here.page.locator("#composer-text").fill("half a sen")
    here.page.locator("#m-a").focus()
    here.push(bubble("a", LATE, "two"), 102)
    expect(here.page.get_by_text("two", exact=True)).to_be_visible()
    assert here.page.evaluate("document.activeElement.id") == "m-a"
    expect(here.page.locator("#composer-text")).to_have_value("half a sen")


def test_the_personal_mark_of_a_row_is_kept_and_the_row_moves_up(screen: Open) -> None:
    here = screen("/inbox/")
    last = made_up.ROWS[3]
    mark = here.page.locator(f"#unread-{last.id}")
    expect(mark).to_contain_text("12")
    here.push(row(3, LATE, "Moved"), 101)
    expect(here.page.locator("#rows > :first-child")).to_contain_text("Moved")
    expect(mark).to_contain_text("12")


def test_the_order_waits_while_the_pointer_is_in_the_list(screen: Open) -> None:
    here = screen("/inbox/")
    here.page.locator("#rows > :nth-child(2)").hover()
    here.push(row(5, LATE, "Busy"), 101)
    expect(here.page.get_by_role("button", name="1 updated")).to_be_visible()
    expect(here.page.locator("#rows > :nth-child(6)")).to_contain_text("Busy")
    here.page.get_by_role("button", name="1 updated").click()
    expect(here.page.locator("#rows > :first-child")).to_contain_text("Busy")


def test_a_row_that_is_not_on_the_page_enters_only_when_the_view_says_so(screen: Open) -> None:
    here = screen("/inbox/")
    unknown = row(0, LATE, "Stranger").replace(str(DORA.id), "11111111-0000-0000-0000-000000000000")
    with here.page.expect_request("**/inbox/marks/**") as asked:
        here.push(unknown, 101)
    assert "have=" in asked.value.url
    assert here.page.get_by_text("Stranger").count() == 0


def test_a_playing_voice_note_is_the_same_node_after_a_push(screen: Open) -> None:
    here = screen(THREAD)
    voice = '<div id="media-v" data-keep="ready"><audio></audio></div>'
    here.push(bubble("v", LATE, "v1" + voice), 101)
    expect(here.page.locator("#m-v")).to_be_visible()
    here.page.evaluate("document.querySelector('#media-v audio').dataset.playing = 'yes'")
    here.push(bubble("v", LATE, "v2" + voice), 102)
    expect(here.page.get_by_text("v2")).to_be_visible()
    assert here.page.locator("#media-v audio").get_attribute("data-playing") == "yes"


def test_after_a_lost_socket_the_page_asks_from_its_cursor(screen: Open) -> None:
    here = screen(THREAD)
    here.push(bubble("a", LATE, "before"), 117)
    expect(here.page.get_by_text("before", exact=True)).to_be_visible()
    assert here.socket is not None
    here.socket.close(code=4012)
    expect(here.page.locator("body")).to_have_attribute("data-live", "connecting")
    expect(here.page.locator("body")).to_have_attribute("data-live", "open")
    assert "since=117" in here.asked[-1]
    assert f"conversation={DORA.id}" in here.asked[-1]


def test_a_lost_session_asks_for_a_login_and_does_not_come_back(screen: Open) -> None:
    here = screen(THREAD)
    expect(here.page.locator("body")).to_have_attribute("data-live", "open")
    assert here.socket is not None
    here.socket.close(code=4401)
    expect(here.page.get_by_role("dialog", name="Please log in again")).to_be_visible()
    here.page.wait_for_timeout(1500)
    assert len(here.asked) == 1
    assert here.page.get_by_text(DORA.name).count() == 0


def test_resync_brings_the_panes_and_leaves_the_draft(screen: Open) -> None:
    here = screen(THREAD)
    before = here.texts()
    here.push(bubble("ghost", LATE, "never stored"), 101)
    here.page.locator("#composer-text").fill("my draft")
    here.say({"type": "resync", "seq": 130})
    expect(here.page.get_by_text("never stored")).to_have_count(0)
    assert here.texts() == before
    expect(here.page.locator("#composer-text")).to_have_value("my draft")
    here.page.wait_for_timeout(200)
    assert {"type": "beat", "seq": 130} in here.heard


def test_a_bubble_below_the_fold_is_counted_not_scrolled_to(screen: Open) -> None:
    here = screen(THREAD)
    scroller = here.page.locator("#scroller")
    scroller.hover()
    here.page.mouse.wheel(0, -600)
    here.page.wait_for_timeout(200)
    top = scroller.evaluate("box => box.scrollTop")
    here.push(bubble("a", LATE, "while away"), 101)
    expect(here.page.get_by_role("button", name="1 new")).to_be_visible()
    assert scroller.evaluate("box => box.scrollTop") == top
    here.page.get_by_role("button", name="1 new").click()
    # Not what is spoken of it, which has a "Dora:" before.
    expect(here.page.get_by_text("while away", exact=True)).to_be_in_viewport()


def test_older_messages_keep_the_pixel_under_the_eye(screen: Open) -> None:
    here = screen(THREAD)
    scroller = here.page.locator("#scroller")
    scroller.evaluate("box => { box.scrollTop = 0; }")
    first = here.page.locator("#log > .bubble").first
    here.page.wait_for_timeout(100)
    before = first.evaluate("one => [one.id, one.getBoundingClientRect().top]")
    here.page.get_by_text("Load older messages").click()
    expect(here.page.get_by_text("Older message 30", exact=True)).to_be_attached()
    after = here.page.locator(f"[id='{before[0]}']").evaluate(
        "one => one.getBoundingClientRect().top"
    )
    assert abs(after - before[1]) <= 60  # the button that has gone, at most


def test_what_arrives_is_spoken_once_and_ticks_are_silent(screen: Open) -> None:
    here = screen(THREAD)
    here.push(bubble("a", LATE, "hello there"), 101)
    expect(here.page.locator("#announcer")).to_have_text("Dora: hello there", timeout=3000)


def test_pointing_at_a_bubble_inside_a_group_moves_nothing_and_tells_its_time(screen: Open) -> None:
    here = screen(THREAD + "?zoo=1")
    grouped = here.page.locator("#log > .bubble:is([data-group=first], [data-group=middle])")
    boxes = "all => all.map(one => JSON.stringify(one.getBoundingClientRect()))"
    bubbles = here.page.locator("#log > .bubble")
    for bubble_ in grouped.all()[:6]:
        bubble_.scroll_into_view_if_needed()
        here.page.mouse.move(0, 0)
        before = bubbles.evaluate_all(boxes)
        bubble_.hover(force=True)
        assert bubbles.evaluate_all(boxes) == before
        own = bubble_.locator(".status__time").text_content()
        expect(here.page.locator("[data-tools-time]")).to_have_text(str(own))


def test_what_stands_beside_a_bubble_stays_on_a_phone(screen: Open) -> None:
    here = screen(THREAD + "?zoo=1", width=390)
    for number in (0, 3, 8):
        here.page.locator("#log > .bubble").nth(number).hover(force=True)
        box = here.page.locator("[data-tools]").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_who_pressed_a_button_that_a_push_takes_away_writes_next(screen: Open) -> None:
    here = screen(f"/inbox/{made_up.ROWS[2].id}/")
    take = here.page.locator("#composer [data-act=takeover]")
    take.focus()
    name = here.page.locator(".owner").get_attribute("id")
    here.push(
        f'<div id="{name}" class="owner" data-state="free" data-owner-state="human"></div>', 105
    )
    expect(take).to_have_count(0)
    expect(here.page.locator("#composer-text")).to_be_focused()


def test_a_closed_dialog_leaves_the_focus_on_the_thread(screen: Open) -> None:
    here = screen(THREAD)
    here.page.evaluate("document.activeElement.blur()")
    here.page.keyboard.press("?")
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#composer-text")).to_be_focused()


def test_escape_leaves_a_search_for_the_list_and_the_list_for_its_rows(screen: Open) -> None:
    here = screen("/inbox/")
    here.page.keyboard.press("/")
    here.page.keyboard.type("dora")
    here.page.keyboard.press("Escape")
    expect(here.page.locator("#search-box")).to_have_value("")
    here.page.keyboard.press("Escape")
    expect(here.page.locator(".row__link").first).to_be_focused()


def test_the_tools_stay_on_their_bubble_while_news_come(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#log > .bubble").last.hover()
    here.push(row(1, LATE, "told elsewhere"), 105)
    expect(here.page.get_by_text("told elsewhere", exact=True)).to_be_attached()
    expect(here.page.get_by_role("button", name="Reply to this")).to_be_visible()
