"""The box: quick bubble, one bubble, refusals that keep the words, the window that closes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
DORA = made_up.ROWS[0]
THREAD = f"/inbox/{DORA.id}/"
OPEN_AGAIN = """one => {
    const open = one.cloneNode(true);
    open.dataset.state = "free";
    open.dataset.expiresAt = new Date(Date.now() + 8.64e7).toISOString();
    return open.outerHTML;
}"""


def test_enter_sends_and_the_bubble_is_there_before_the_answer(screen: Open) -> None:
    here = screen(THREAD)
    box = here.page.locator("#composer-text")
    box.fill("slow hello")
    box.press("Enter")
    expect(here.page.locator("[data-pending]")).to_contain_text("slow hello", timeout=300)
    expect(box).to_have_value("")
    expect(here.page.locator("[data-pending]")).to_have_count(0, timeout=5000)
    assert here.texts().count("slow hello") == 1


def test_a_push_before_the_answer_still_leaves_one_bubble(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("slow twice?")
    token = here.page.locator("#composer-form [name=form_token]").input_value()
    here.page.locator("#composer-text").press("Enter")
    html = (
        f'<article id="m-{token}" class="bubble" data-outbound data-into="log" '
        f'data-conversation="{DORA.id}" data-order="99" data-token="{token}">'
        '<div class="bubble__text">slow twice?</div></article>'
    )
    here.push(html, 101)
    expect(here.page.locator("[data-pending]")).to_have_count(0)
    here.page.wait_for_timeout(1500)
    assert here.texts().count("slow twice?") == 1


def test_an_answer_takes_nothing_back_that_was_pushed_while_it_was_on_its_way(screen: Open) -> None:
    """It was rendered when the message waited; that Meta refused it is known since."""
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("slow and refused")
    token = here.page.locator("#composer-form [name=form_token]").input_value()
    with here.page.expect_response("**/messages/") as answer:
        here.page.locator("#composer-text").press("Enter")
        here.push(
            f'<article id="m-{token}" class="bubble" data-outbound data-into="log" '
            f'data-conversation="{DORA.id}" data-order="99" data-token="{token}">'
            '<div class="bubble__text">slow and refused</div>'
            '<p class="failure">Not delivered</p></article>',
            101,
        )
        expect(here.page.locator(f"#m-{token} .failure")).to_be_visible()
    assert f'id="m-{token}"' in answer.value.text()
    here.page.wait_for_timeout(300)
    expect(here.page.locator(f"#m-{token} .failure")).to_be_visible()


def test_shift_enter_breaks_the_line_and_a_double_enter_sends_once(screen: Open) -> None:
    here = screen(THREAD)
    posts: list[str] = []
    here.page.on(
        "request",
        lambda request: posts.append(request.url) if request.url.endswith("/messages/") else None,
    )
    box = here.page.locator("#composer-text")
    box.fill("a")
    box.press("Shift+Enter")
    box.type("b")
    box.press("Enter")
    box.press("Enter")
    here.page.wait_for_timeout(600)
    assert len(posts) == 1
    assert "a\nb" in here.texts()


def test_every_send_has_a_token_of_its_own(screen: Open) -> None:
    here = screen(THREAD)
    token = here.page.locator("#composer-form [name=form_token]")
    first = token.input_value()
    here.page.locator("#composer-text").fill("one")
    here.page.locator("#composer-send").click()
    assert token.input_value() != first


def test_a_refusal_puts_the_words_back_and_says_why(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("422 please")
    here.page.locator("#composer-send").click()
    expect(here.page.locator("#composer-notice")).to_contain_text("The 24 hours are over")
    expect(here.page.locator("#composer-text")).to_have_value("422 please")
    assert "422 please" not in here.texts()


def test_a_collision_shows_what_was_written_and_sends_anyway(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("409 collision")
    here.page.locator("#composer-send").click()
    expect(here.page.locator("#composer-notice")).to_contain_text("the neighbour has it")
    expect(here.page.locator("#composer-text")).to_have_value("409 collision")
    here.page.get_by_role("button", name="Send anyway").click()
    expect(here.page.locator("#composer-notice")).to_be_empty()
    here.page.wait_for_timeout(500)
    assert here.texts().count("409 collision") == 1


def test_discard_empties_the_box(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("409 collision")
    here.page.locator("#composer-send").click()
    here.page.get_by_role("button", name="Discard").click()
    expect(here.page.locator("#composer-text")).to_have_value("")


def test_what_cannot_be_posted_waits_and_goes_when_the_net_is_back(screen: Open) -> None:
    here = screen(THREAD)
    here.page.context.set_offline(True)
    here.page.locator("#composer-text").fill("from the tunnel")
    here.page.locator("#composer-send").click()
    expect(here.page.locator("[data-waiting]")).to_contain_text("1 waiting")
    here.page.context.set_offline(False)
    expect(here.page.locator("[data-pending]")).to_have_count(0, timeout=8000)
    assert here.texts().count("from the tunnel") == 1
    expect(here.page.locator("[data-waiting]")).to_be_hidden()


def test_the_draft_survives_another_conversation_and_a_reload(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").fill("unfinished")
    here.page.get_by_role("link", name="Grace Wanjiru").click()
    expect(here.page.locator("#thread-name")).to_have_text("Grace Wanjiru")
    expect(here.page.locator("#composer-text")).to_have_value("")
    here.page.go_back()
    expect(here.page.locator("#composer-text")).to_have_value("unfinished")
    here.page.reload()
    expect(here.page.locator("#composer-text")).to_have_value("unfinished")


def test_opening_a_conversation_keeps_the_list_and_focuses_the_box(screen: Open) -> None:
    here = screen(THREAD)
    here.page.evaluate("document.querySelector('#rows').firstElementChild.dataset.same = 'yes'")
    here.page.get_by_role("link", name="Ana Lucía").click()
    expect(here.page.locator("#thread-name")).to_have_text("Ana Lucía")
    assert here.page.locator("#rows > :first-child").get_attribute("data-same") == "yes"
    assert here.page.evaluate("document.activeElement.id") == "composer-text"
    assert "view=open" in here.page.url
    assert here.page.title().endswith("Conversation · Baton")
    assert here.page.locator(".row__link[aria-current]").inner_text() == "Ana Lucía"


def test_the_first_key_pauses_the_assistant_once(screen: Open) -> None:
    here = screen(f"/inbox/{made_up.ROWS[2].id}/?hours=5")
    holds: list[str] = []
    here.page.on(
        "request",
        lambda request: holds.append(request.url) if request.url.endswith("/hold/") else None,
    )
    here.page.locator("#composer-text").type("Hello")
    expect(here.page.locator("[data-hint]")).to_have_text("Assistant paused while you type")
    assert len(holds) == 1


def test_take_over_and_give_back_come_as_fragments(screen: Open) -> None:
    here = screen(f"/inbox/{made_up.ROWS[2].id}/?hours=5")
    expect(here.page.locator("#composer")).to_have_attribute("data-owner-state", "ai")
    here.page.locator('button[data-act="takeover"]').click()
    expect(here.page.locator("#composer")).to_have_attribute("data-owner-state", "human")
    here.page.locator('button[data-act="give-back"]').click()
    expect(here.page.locator("#composer")).to_have_attribute("data-owner-state", "ai")


def test_the_window_closes_by_the_pages_own_clock_and_the_draft_stays(screen: Open) -> None:
    here = screen(THREAD + "?hours=0.0011")
    here.page.locator("#composer-text").fill("too late")
    expect(here.page.locator("#composer")).to_have_attribute("data-state", "template", timeout=8000)
    expect(here.page.locator("#composer-form")).to_be_hidden()
    expect(here.page.locator("#picker .choice").first).to_be_visible()
    html = here.page.locator(".owner").evaluate(OPEN_AGAIN)
    here.push(html, 101)
    expect(here.page.locator("#composer-text")).to_be_visible()
    expect(here.page.locator("#composer-text")).to_have_value("too late")


def test_an_open_window_is_offered_while_a_template_is_being_filled(screen: Open) -> None:
    here = screen(THREAD + "?state=template&draft=kept")
    here.page.locator("#picker a.choice").first.click()
    here.page.get_by_label("First name").fill("Dora")
    expect(here.page.locator("#picker [data-preview]")).to_contain_text("Hello Dora,")
    html = here.page.locator(".owner").evaluate(OPEN_AGAIN)
    here.push(html, 101)
    expect(here.page.get_by_text("Window open again")).to_be_visible()
    expect(here.page.get_by_label("First name")).to_have_value("Dora")
    here.page.get_by_role("button", name="Back to your draft").click()
    expect(here.page.locator("#composer-text")).to_have_value("kept")
    expect(here.page.locator("#composer-text")).to_be_focused()


def test_a_template_with_a_missing_value_says_so_at_its_field_then_goes(screen: Open) -> None:
    here = screen(THREAD + "?state=template")
    here.page.locator("#picker a.choice").first.click()
    here.page.get_by_label("First name").fill("Dora")
    here.page.get_by_role("button", name="Send the template").click()
    expect(here.page.get_by_label("Order number")).to_be_focused()
    expect(here.page.get_by_label("First name")).to_have_value("Dora")
    here.page.get_by_label("Order number").fill("4711")
    here.page.get_by_label("The news").fill("today")
    here.page.get_by_role("button", name="Send the template").click()
    expect(here.page.get_by_text("Dora 4711 today")).to_have_count(1)
    expect(here.page.locator("[data-pending]")).to_have_count(0)


def test_keys_open_the_palette_the_sheet_and_the_next_row_but_not_while_typing(
    screen: Open,
) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").type("jk?/")
    expect(here.page.locator("#composer-text")).to_have_value("jk?/")
    here.page.keyboard.press("Control+k")
    expect(here.page.get_by_role("dialog", name="Commands")).to_be_visible()
    here.page.keyboard.type("keyb")
    expect(here.page.get_by_role("option")).to_have_count(1)
    here.page.keyboard.press("Enter")
    expect(here.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    here.page.keyboard.press("Escape")
    here.page.keyboard.press("Escape")
    here.page.keyboard.press("j")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#thread-name")).to_have_text("+254 712 345 678")


def test_a_colleagues_answer_while_writing_does_not_count_as_seen(screen: Open) -> None:
    here = screen(THREAD)
    last_seen = here.page.locator("#composer-form [name=last_seen]")
    bubble = (
        '<article id="m-{0}" class="bubble" data-into="log" data-order="99{0}" {1} '
        f'data-conversation="{DORA.id}"><div class="bubble__text">{{0}}</div></article>'
    )
    here.page.locator("#composer-text").fill("my answer")
    here.push(bubble.format("asked", 'data-look="contact"'), 105)
    expect(last_seen).to_have_value("105")
    here.push(bubble.format("told", 'data-outbound data-look="agent" data-sender="Amina"'), 106)
    here.push(bubble.format("again", 'data-look="contact"'), 107)
    expect(here.page.locator("#m-again")).to_be_attached()
    expect(last_seen).to_have_value("105")


def test_a_bubble_can_be_quoted_and_the_quote_dropped(screen: Open) -> None:
    here = screen(THREAD)
    bubble = here.page.locator("#log > .bubble").last
    bubble.hover()
    here.page.get_by_role("button", name="Reply to this").click()
    reply_to = here.page.locator("#composer-form [name=reply_to]")
    expect(reply_to).to_have_value(str(bubble.get_attribute("id")).removeprefix("m-"))
    expect(here.page.locator("[data-quote]")).to_contain_text("Oh great, thank you Ben")
    here.page.keyboard.press("Escape")
    expect(reply_to).to_have_value("")


def test_who_waits_for_a_person_can_be_taken_where_one_writes(screen: Open) -> None:
    here = screen(THREAD + "?owner_state=queued")
    owner = here.page.locator("#composer .owner")
    expect(owner).to_contain_text("This customer waits for a person")
    expect(owner.get_by_role("button", name="Take over")).to_be_visible()


def test_a_draft_is_not_offered_where_no_text_can_be_written(screen: Open) -> None:
    here = screen(THREAD + "?state=template&suggestions=1")
    expect(here.page.get_by_role("button", name="Dismiss")).to_be_visible()
    expect(here.page.get_by_role("button", name="Use it")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_head_keeps_the_customers_name(screen: Open, width: int) -> None:
    here = screen(THREAD + "?state=template&owner_state=queued", width=width)
    name = here.page.locator("#thread-name").bounding_box()
    assert name is not None
    assert name["width"] >= 80


def test_a_saved_name_puts_its_form_away(screen: Open) -> None:
    here = screen(THREAD)
    form = here.page.locator("details.rename")
    form.locator("summary").click()
    form.locator("input").fill("Dora of the teas")
    form.get_by_role("button", name="Save").click()
    expect(form).not_to_have_attribute("open", "")
    assert here.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_closing_can_be_undone_from_its_notice(screen: Open) -> None:
    here = screen(THREAD)
    here.page.get_by_role("button", name="Close the conversation").click()
    notice = here.page.locator("#toasts")
    expect(notice).to_contain_text("Closed")
    with here.page.expect_request("**/reopen/"):
        notice.get_by_role("button", name="Undo").click()


def test_the_link_preview_is_asked_for_where_there_is_a_link(screen: Open) -> None:
    here = screen(THREAD)
    switch = here.page.get_by_label("Link preview")
    here.page.locator("#composer-text").fill("no link")
    expect(switch).to_be_hidden()
    here.page.locator("#composer-text").fill("see https://kettle.example/blue")
    switch.check()
    with here.page.expect_request("**/messages/") as sent:
        here.page.locator("#composer-text").press("Enter")
    assert "preview_url=1" in str(sent.value.post_data)
    expect(switch).not_to_be_checked()


def test_the_text_of_a_message_is_copied(screen: Open) -> None:
    here = screen(THREAD)
    here.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here.page.locator("#log > .bubble").last.hover()
    here.page.get_by_role("button", name="Copy the text").click()
    expect(here.page.locator("#toasts")).to_contain_text("Copied")
    copied = here.page.evaluate("navigator.clipboard.readText()")
    assert copied == "Oh great, thank you Ben"
