"""In the browser: what is sent by mistake comes back, and what is for later goes out later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

COMES = (
    "from django.utils import timezone; from inbox.models import Message;"
    "Message.objects.filter(status='scheduled').update(scheduled_at=timezone.now())"
)


def dora_undoing_for(seconds: str, open_page: Callable[..., Page], shop: Shop) -> Page:
    """Dora's thread, of somebody who may take back what they sent within this time."""
    page = open_page("/settings/you/")
    page.select_option("[name=undo_seconds]", seconds)
    page.click("main button[type=submit]")
    page.goto(f"{shop.url}/inbox/")
    page.locator("#rows article", has_text="Dora").click()
    return page


@pytest.mark.timeout(120)
def test_a_message_taken_back_is_in_the_box_again_and_never_at_meta(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = dora_undoing_for("30", open_page, shop)
    box = page.locator("#composer-text")
    before = len(shop.accepts())
    for text in ("First", "Second"):
        box.fill(text)
        box.press("Enter")
    expect(page.locator("[data-undo-text]").last).to_contain_text("Sending in")
    expect(page.locator("#log [data-act=undo]")).to_have_count(2)
    box.press("Control+z")
    expect(box).to_have_value("Second")
    expect(page.locator("#log .bubble", has_text="Second")).to_have_count(0)
    page.locator("#scroller").focus()
    page.keyboard.press("z")
    expect(box).to_have_value("First\nSecond")
    page.reload()
    expect(box).to_have_value("First\nSecond")
    assert len(shop.accepts()) == before


@pytest.mark.timeout(120)
def test_what_is_for_later_waits_above_the_box_and_goes_out_at_its_time(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    shop.customer("dora", text="Are you open tomorrow?")
    page = open_page(who="ben")
    page.locator("#rows article", has_text="Dora").click()
    box = page.locator("#composer-text")
    box.fill("Yes, from nine on")
    page.click('[data-act="send-later"]')
    expect(page.locator("#later-text")).to_have_value("Yes, from nine on")
    page.locator("#later-moment").fill(page.locator("#later-moment").get_attribute("max") or "")
    expect(page.locator("#later [data-late]")).to_be_visible()
    page.click('.later__time[value="hour"]')
    page.locator("#later [name=force]").check()  # Amina has this conversation
    page.click('.later__time[value="hour"]')
    expect(page.locator(".waiting__one")).to_contain_text("Yes, from nine on")
    expect(box).to_have_value("")
    expect(page.locator("#log .bubble", has_text="from nine on")).to_have_count(0)
    shop.shell(COMES)
    expect(page.locator("#log .bubble", has_text="from nine on")).to_have_count(1)
    expect(page.locator(".waiting__one")).to_have_count(0)


@pytest.mark.timeout(120)
def test_what_failed_is_sent_again_and_edited_and_each_goes_once(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    shop.customer("dora", text="Is it ready?")
    page = dora_undoing_for("0", open_page, shop)
    # Else it may come while we write, and stop the answer.
    expect(page.locator("#log")).to_contain_text("Is it ready?")
    before = len(shop.accepts())
    shop.control(faults=[{"kind": "error", "code": 131009, "count": 2}])
    for text in ("It is ready", "Come by tody"):
        page.locator("#composer-text").fill(text)
        page.locator("#composer-text").press("Enter")
        expect(page.locator("#log article", has_text=text).locator(".failure")).to_be_visible()
    page.locator("#log article", has_text="It is ready").locator("[data-act=retry]").click()
    typo = page.locator("#log article", has_text="tody")
    typo.locator("[data-act=edit-resend]:visible").click()
    box = page.locator("#composer-text")
    expect(box).to_have_value("Come by tody")
    box.fill("Come by today")
    box.press("Enter")
    taken = '#log article[data-outbound]:has([data-status="read"], [data-status="delivered"])'
    expect(page.locator(taken, has_text="It is ready")).to_have_count(1)
    expect(page.locator(taken, has_text="Come by today")).to_have_count(1)
    assert len(shop.accepts()) == before + 2


@pytest.mark.timeout(120)
def test_a_template_and_files_are_for_later_as_well(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    shop.customer("dora", text="When do you open on Monday?")
    page = open_page(who="ben")
    page.locator("#rows article", has_text="Dora").click()
    expect(page.locator("#log")).to_contain_text("When do you open on Monday?")
    page.locator("[data-files]").set_input_files("simulator/samples/kettle.jpg")
    expect(page.locator("[data-attachment]")).to_have_count(1)
    page.locator("#composer-text").fill("This one is new")
    page.click('.composer__form [data-act="send-later"]')
    expect(page.locator(".later__file")).to_contain_text("kettle.jpg")
    page.locator("#later .later__time").first.click()
    page.locator("#later [name=force]").check()  # Amina has this conversation
    page.locator("#later .later__time").first.click()
    expect(page.locator(".waiting__one")).to_have_count(1)
    expect(page.locator("[data-attachment]")).to_have_count(0)
    expect(page.locator("#composer-text")).to_have_value("")

    page.locator("[data-act=picker]:visible").click()
    page.locator("[data-choice]", has_text="kettle_restock").click()
    expect(page.locator("[data-chosen]")).to_have_text("kettle_restock")
    for field in page.locator("[data-picker-form] input[name^='var:']").all():
        field.fill("1234")
    page.click("[data-picker-form] [data-act=send-later]")
    expect(page.locator("#later .bubble")).to_contain_text("1234")
    page.locator("#later .later__time").first.click()
    page.locator("#later [name=force]").check()
    page.locator("#later .later__time").first.click()
    expect(page.locator(".waiting__one")).to_have_count(2)
    page.locator(".waiting__one", has_text="1234").get_by_text("Another time").click()
    expect(page.locator("#later #edit-moment")).to_be_visible()
    expect(page.locator("#later textarea")).to_have_count(0)
    page.locator("#later .button--primary").click()
    expect(page.locator("#later")).not_to_be_visible()
    shop.shell(COMES)
    expect(page.locator(".waiting__one")).to_have_count(0)
    expect(page.locator("#log .bubble[data-outbound]", has_text="1234")).to_have_count(1)
    expect(page.locator("#log .bubble[data-outbound]", has_text="This one is new")).to_have_count(1)


@pytest.mark.timeout(120)
def test_a_file_taken_back_is_in_the_tray_again_and_its_words_in_the_box(
    open_page: Callable[..., Page], shop: Shop
) -> None:
    page = dora_undoing_for("30", open_page, shop)
    before = len(shop.accepts())
    page.locator("[data-files]").set_input_files("simulator/samples/kettle.jpg")
    expect(page.locator("[data-attachment]")).to_have_count(1)
    page.locator("#composer-text").fill("The blue one")
    page.click("#composer-send")
    expect(page.locator("[data-attachment]")).to_have_count(0)
    page.locator("#log [data-act=undo]").last.click()
    expect(page.locator("[data-attachment]")).to_have_count(1)
    expect(page.locator("#composer-text")).to_have_value("The blue one")
    assert len(shop.accepts()) == before
    page.click("[data-act=remove-attachment]")
    expect(page.locator("[data-attachment]")).to_have_count(0)
    page.fill("#composer-text", "")
