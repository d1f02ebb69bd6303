"""Every state of the screens: no axe finding in either theme, nothing wider than its window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.axe import CONTRAST, findings
from tests.e2e.front import made_up
from tests.e2e.front.conftest import Screen

Open = Callable[..., Screen]
DORA = f"/inbox/{made_up.ROWS[0].id}/"
ASSISTED = f"/inbox/{made_up.ROWS[2].id}/"
STATES = {
    "list": "/inbox/",
    "empty list": "/inbox/?empty",
    "thread": DORA,
    "every kind of bubble": DORA + "?zoo=1&banner=Sending+is+paused",
    "the assistant's": ASSISTED + "?hours=21&suggestions=1&sending=Hello",
    "waiting for a person": DORA + "?owner_state=queued",
    "window closed": DORA + "?state=template",
    "locked": DORA + "?state=locked",
    "gallery": DORA + "media/",
    "documents": DORA + "media/?tab=documents",
    "links": DORA + "media/?tab=links",
    "login": "/accounts/login/?wrong&anonymous",
    "settings": "/settings/",
    "not found": "/404/",
}


WIDER = """
() => [...document.querySelectorAll('body *')].filter(one => {
  const box = one.getBoundingClientRect();
  const shown = one.checkVisibility({visibilityProperty: true}) && box.width > 0;
  const may = '.visually-hidden, .page__menu, .bubble__tools, .table-box';
  return shown && !one.closest(may) && (box.right > innerWidth + 1 || box.left < -1);
}).map(one => one.outerHTML.slice(0, 120))
"""


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_nothing_is_wider_than_its_window(screen: Open, state: str) -> None:
    here = screen(STATES[state], csp=False)  # axe writes styles of its own
    here.page.wait_for_timeout(300)
    assert findings(here.page) == []
    # The other theme is the same page in other colours.
    here.page.emulate_media(color_scheme="dark")
    here.page.wait_for_timeout(300)
    assert findings(here.page, CONTRAST) == []
    if state == "window closed":
        here.page.locator("#picker a.choice").first.click()
        here.page.locator("[data-picker-form]").wait_for()
    for width in (1280, 768, 390):
        here.page.set_viewport_size({"width": width, "height": 800})
        assert here.page.evaluate(WIDER) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_details_of_a_message(screen: Open, theme: str) -> None:
    here = screen(STATES["every kind of bubble"], theme=theme, csp=False, width=390)
    here.page.locator("a.status__label").first.click()
    here.page.locator("#about details > summary").click()
    assert findings(here.page, ("wcag2a", "wcag2aa", "best-practice")) == []
