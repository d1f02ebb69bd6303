"""For every action: the page before, with what was pushed, equals a fresh page after (F77).

Compared is what people see: the rows, the thread's head, log and composer state, the contact.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from inbox.fragments import PARTS, STALE_LABELS, STALE_NUMBER
from tests.e2e.acts import ACTS, PRELUDE, SEND, Act, run
from tests.e2e.shop import Hand, Shop
from tests.parts import in_part

# What two renderings of the same state may differ in.
STATE = """
() => {
  const parts = ['#rows', '.head', '#log', '.owner', '.panel'];
  const ignored = ['seq', 'seen', 'entered', 'at', 'focus', 'unreadFrom'];
  const clean = (node) => {
    const copy = node.cloneNode(true);
    for (const e of [copy, ...copy.querySelectorAll('*')]) {
      for (const name of ignored) delete e.dataset[name];
      e.classList.remove('is-new', 'is-fresh');
      for (const name of ['style', 'tabindex', 'aria-current', 'aria-selected']) {
        e.removeAttribute(name);
      }
      if (!e.getAttribute('class')) e.removeAttribute('class');
    }
    for (const e of copy.querySelectorAll('[data-unread-line], .day--unread')) e.remove();
    // Each of the two tabs marks the open thread as seen when it has been looked at for a second.
    const open = document.querySelector('.thread[data-conversation]').dataset.conversation;
    copy.querySelector(`[id="unread-${open}"]`)?.remove();
    return copy.outerHTML.replace(/\\s+/g, ' ').replace(/> </g, '><');
  };
  return Object.fromEntries(parts.map((p) => [p, clean(document.querySelector(p))]));
}
"""


def test_every_kind_of_event_has_its_act() -> None:
    assert {kind for kind, _, _ in ACTS} == set(PARTS) | STALE_NUMBER | STALE_LABELS


@pytest.fixture
def hand(shop: Shop) -> Iterator[Hand]:
    hand = Hand(shop)
    yield hand
    hand.close()


@pytest.mark.case("F77")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("acts", in_part(ACTS, of=4))
def test_page_and_pushes_equal_the_page(
    open_page: Callable[..., Page], shop: Shop, hand: Hand, acts: list[Act]
) -> None:
    """A whole page is loaded for each comparison, so a change compares after one act in four.

    All of them are done, and nearly all of what is wrong after an act is still wrong three acts
    later; the night compares after each.
    """
    watching, fresh = open_page(who="sara", height=1400), open_page(who="sara", height=1400)
    watching.locator("#rows article", has_text="Dora").click()
    expect(watching.locator("#thread-name")).to_contain_text("Dora")
    expect(watching.locator("body")).to_have_attribute("data-live", "open")
    fresh.goto(watching.url)
    different = {}
    for kind, what, act in ACTS:
        if (kind, what, act) not in acts:
            act(shop, hand)
            continue
        before = watching.evaluate(STATE)
        act(shop, hand)
        settled(watching, before)
        found = compared(watching, fresh)
        if found:
            different[f"{kind}: {what}"] = found
    assert different == {}


@pytest.mark.case("F77")
@pytest.mark.parametrize(("name", "list_is_newer"), [("Second", False), ("Third", True)])
def test_what_is_pushed_while_panes_are_loaded_again_stays(
    open_page: Callable[..., Page], shop: Shop, hand: Hand, name: str, list_is_newer: bool
) -> None:
    """list_is_newer: it happened when the server had read the thread, and not the list."""
    page = open_page(who="sara")
    page.locator("#rows article", has_text="Dora").click()
    expect(page.locator("#thread-name")).to_contain_text("Dora")
    expect(page.locator("body")).to_have_attribute("data-live", "open")
    held: list[tuple[Route, APIResponse]] = []
    page.route(page.url, lambda route: held.append((route, route.fetch())))
    run(
        "from accounts.actions.number_settings import change_number\n"
        f"change_number(number.pk, label='{name}', by=SYSTEM, at=now)"
    )(shop, hand)
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(50)
    said = f"Written before {name}"
    shop.customer("dora", text=said)
    expect(page.locator("#log")).to_contain_text(said)
    route, older = held.pop()
    read = older.text()
    if list_is_newer:
        read = re.sub(r'(<body[^>]* data-seq=")\d+', r"\g<1>999999", read)
    route.fulfill(response=older, body=read)
    expect(page.locator(".panel")).to_contain_text(name)
    expect(page.locator("#log")).to_contain_text(said)
    expect(page.locator("#rows article", has_text="Dora")).to_contain_text(said)


@pytest.mark.case("F57")
@pytest.mark.timeout(120)
def test_after_two_minutes_without_a_network_the_page_equals_a_fresh_one(
    open_page: Callable[..., Page], shop: Shop, hand: Hand
) -> None:
    watching, fresh = open_page(who="sara", height=1400), open_page(who="sara", height=1400)
    watching.locator("#rows article", has_text="Dora").click()
    expect(watching.locator("body")).to_have_attribute("data-live", "open")
    watching.fill("#composer-text", "a draft that stays")
    # The net is gone; minutes are compressed: what counts is what happens meanwhile.
    watching.context.set_offline(True)
    watching.evaluate("window.dispatchEvent(new Event('offline'))")
    for n in range(10):
        shop.customer("dora", text=f"while you were away {n}")
    hand(PRELUDE + SEND)
    watching.wait_for_timeout(2000)
    watching.context.set_offline(False)
    watching.evaluate("window.dispatchEvent(new Event('online'))")
    fresh.goto(watching.url)
    assert compared(watching, fresh) == {}
    ids = watching.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    expect(watching.locator("#composer-text")).to_have_value("a draft that stays")


def compared(watching: Page, fresh: Page, *, within_s: float = 20) -> dict[str, tuple[str, str]]:
    """Where the two pages differ, after the pushes have had time to arrive."""
    end = time.monotonic() + within_s
    while True:
        fresh.reload()
        fresh.wait_for_timeout(150)
        shown, wanted = watching.evaluate(STATE), fresh.evaluate(STATE)
        found = {
            part: first_difference(shown[part], wanted[part])
            for part in wanted
            if shown[part] != wanted[part]
        }
        if not found or time.monotonic() > end:
            return found
        watching.wait_for_timeout(100)


def settled(page: Page, before: dict[str, str], *, within_s: float = 1) -> None:
    """Waits until the page is another than before, as after most actions it is."""
    end = time.monotonic() + within_s
    while page.evaluate(STATE) == before and time.monotonic() < end:
        page.wait_for_timeout(80)


def first_difference(one: str, other: str) -> tuple[str, str]:
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return one[max(0, at - 150) : at + 200], other[max(0, at - 150) : at + 200]
