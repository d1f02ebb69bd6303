"""Files in the tray: added in three ways, checked, stopped, put in order, sent as they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import FilePayload, Route, expect

from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
THREAD = f"/inbox/{made_up.ROWS[0].id}/"
LOADED = "() => customElements.get('baton-tray') !== undefined"
PICTURE = Path("simulator/samples/kettle.jpg").read_bytes()
# What a mouse that holds files does to an element; kind: the name of the event.
DRAG = """(target, [kind, names]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["x"], name, {type: "text/plain"}));
    const how = {dataTransfer: data, bubbles: true, cancelable: true};
    target.dispatchEvent(new DragEvent(kind, how));
}"""
PASTE = """target => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "image.png", {type: "image/png"}));
    target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
}"""


def choose(here: Screen, *names: str, content: bytes = PICTURE) -> None:
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/jpeg", "buffer": content} for name in names
    ]
    here.page.locator("[data-files]").set_input_files(files)


def shown(here: Screen) -> list[str]:
    return here.page.locator(".attachment__name").all_inner_texts()


def uploaded(here: Screen, count: int) -> None:
    expect(here.page.locator("[data-attachment]")).to_have_count(count)
    expect(here.page.locator("[data-uploading]")).to_have_count(0)


def sent(here: Screen) -> list[tuple[str, str]]:
    """What Send posts, as far as it is about files and words."""
    with here.page.expect_request("**/messages/") as posted:
        here.page.locator("#composer-send").click()
    pairs = parse_qsl(str(posted.value.post_data), keep_blank_values=True)
    return [(name, value) for name, value in pairs if name.startswith(("att", "cap", "text"))]


def test_files_are_sent_in_the_order_shown_with_their_captions(screen: Open) -> None:
    here = screen(THREAD)
    choose(here, "one.jpg", "two.jpg", "three.jpg")
    uploaded(here, 3)
    here.page.get_by_role("button", name="Send three.jpg earlier").click()
    here.page.get_by_label("Caption of three.jpg").fill("the lid")
    assert shown(here) == ["one.jpg", "three.jpg", "two.jpg"]
    ids = [
        str(one.get_attribute("data-attachment"))
        for one in here.page.locator("[data-attachment]").all()
    ]
    posted = sent(here)
    assert [value for name, value in posted if name == "attachment"] == ids
    assert (f"caption:{ids[1]}", "the lid") in posted
    expect(here.page.locator(".attachment")).to_have_count(0)
    expect(here.page.locator("[data-pending]")).to_have_count(0)


def test_send_waits_for_uploads_and_says_so(screen: Open) -> None:
    here = screen(THREAD)
    choose(here, "slow.jpg")
    expect(here.page.locator("[data-hint]")).to_have_text("Waiting for uploads: 1")
    here.page.locator("#composer-text").fill("look")
    here.page.locator("#composer-text").press("Enter")
    expect(here.page.locator("[data-pending]")).to_have_count(0)
    uploaded(here, 1)
    expect(here.page.locator("[data-hint]")).to_have_text("")
    assert ("text", "look") in sent(here)


def test_an_upload_can_be_stopped(screen: Open) -> None:
    here = screen(THREAD)
    choose(here, "slow.jpg")
    here.page.get_by_role("button", name="Cancel").click()
    expect(here.page.locator(".attachment")).to_have_count(0)
    expect(here.page.locator("#composer-text")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("bad.jpg", b"x", "This is no picture, whatever its name says."),
        ("empty.jpg", b"", "This file is empty."),
        ("large.jpg", b"x" * 3000, "at most 2 KB"),
    ],
)
def test_a_file_that_cannot_go_says_why(
    screen: Open, name: str, content: bytes, sentence: str
) -> None:
    here = screen(THREAD)
    here.page.wait_for_function(LOADED)
    here.page.evaluate("document.querySelector('baton-tray').limits[0].bytes = 2048")  # of pictures
    choose(here, name, content=content)
    chip = here.page.locator(".attachment")
    expect(chip).to_contain_text(sentence)
    expect(chip.get_by_role("button", name="Try again")).to_have_count(0)
    chip.get_by_role("button", name="Remove").click()
    expect(here.page.locator(".attachment")).to_have_count(0)


def test_a_picture_that_is_too_large_may_go_as_a_document(screen: Open) -> None:
    here = screen(THREAD)
    here.page.wait_for_function(LOADED)
    here.page.evaluate("document.querySelector('baton-tray').limits[0].bytes = 2048")
    choose(here, "kettle.jpg")
    here.page.get_by_role("button", name="Send as a document").click()
    uploaded(here, 1)


def test_an_upload_that_broke_is_tried_again(screen: Open) -> None:
    here = screen(THREAD)
    here.page.wait_for_function(LOADED)
    here.page.context.set_offline(True)
    choose(here, "kettle.jpg")
    expect(here.page.locator(".attachment")).to_contain_text("The connection broke")
    here.page.context.set_offline(False)
    here.page.get_by_role("button", name="Try again").click()
    uploaded(here, 1)


def test_a_screenshot_is_pasted_and_files_are_dropped_on_the_thread(screen: Open) -> None:
    here = screen(THREAD)
    here.page.locator("#composer-text").evaluate(PASTE)
    log = here.page.locator("#log")
    log.evaluate(DRAG, ["dragenter", ["a.txt"]])
    expect(here.page.get_by_text("Drop files here")).to_be_visible()
    log.evaluate(DRAG, ["drop", ["a.txt", "b.txt"]])
    expect(here.page.get_by_text("Drop files here")).to_be_hidden()
    uploaded(here, 3)
    assert shown(here) == ["image.png", "a.txt", "b.txt"]


def test_no_file_is_taken_where_no_text_may_be_sent(screen: Open) -> None:
    here = screen(THREAD + "?state=template")
    here.page.locator("#log").evaluate(DRAG, ["dragenter", ["a.txt"]])
    here.page.locator("#log").evaluate(DRAG, ["drop", ["a.txt"]])
    expect(here.page.get_by_text("Drop files here")).to_be_hidden()
    expect(here.page.locator(".attachment")).to_have_count(0)


def test_an_upload_goes_on_while_another_conversation_is_looked_at(screen: Open) -> None:
    here = screen(THREAD)
    held: list[Route] = []
    here.page.route("**/attachments/", lambda route: held.append(route))
    choose(here, "kettle.jpg")
    here.page.get_by_role("link", name="Grace Wanjiru").click()
    expect(here.page.locator("#thread-name")).to_have_text("Grace Wanjiru")
    expect(here.page.locator(".attachment")).to_have_count(0)
    here.page.go_back()
    expect(here.page.locator("#thread-name")).to_contain_text("Dora")
    held[0].continue_()
    uploaded(here, 1)


def test_a_refused_post_gives_the_files_back(screen: Open) -> None:
    here = screen(THREAD + "?tray=kettle.jpg,receipt.pdf")
    here.page.get_by_label("Caption of receipt.pdf").fill("for you")
    here.page.locator("#composer-text").fill("409 collision")
    here.page.locator("#composer-send").click()
    expect(here.page.locator("#composer-notice")).to_contain_text("the neighbour has it")
    assert shown(here) == ["kettle.jpg", "receipt.pdf"]
    expect(here.page.get_by_label("Caption of receipt.pdf")).to_have_value("for you")
