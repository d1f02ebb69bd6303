"""Pages of one browser, used again: what a page consists of is loaded once, not by each test.

A Baton page is some seventy files. In a new window the first page costs three quarters of a second
of processor time, in a new tab half of one, and where one stood before a quarter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Browser, Page, StorageState
from playwright.sync_api import Error as BrowserTrouble

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Window:
    """A browser context and its page. kind: the options it was made with."""

    kind: str
    page: Page
    listeners: Mapping[str, Callable[[Any], None]]


class Windows:
    """Contexts of a browser with a page each; a test has those that it takes to itself.

    Pages of Baton keep things in cookies and in the storage of their tab: that is forgotten between
    two tests, and what Playwright was told of them. Where a test did more, it closes its page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[str, list[Page]] = defaultdict(list)
        self._taken: list[Window] = []

    def page(
        self,
        state: StorageState | None = None,
        *,
        size: tuple[int, int],
        theme: Theme,
        listeners: Mapping[str, Callable[[Any], None]],
        **options: Any,
    ) -> Page:
        """An empty page. state: its cookies. listeners: by event. options: of `new_context`."""
        kind = repr(sorted(options.items()))
        free = self._free[kind]
        page = free.pop() if free else self._browser.new_context(**options).new_page()
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]  # one overload for each event
        self._taken.append(Window(kind, page, listeners))
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=theme)
        if state:
            page.context.add_cookies(state["cookies"])  # type: ignore[arg-type]  # it gave them
        return page

    def give_back(self) -> None:
        """Empties all pages that were taken; whoever takes them next meets nobody's traces."""
        while self._taken:
            window = self._taken.pop()
            try:
                _forget(window)
            except BrowserTrouble:  # what cannot be emptied is not used again
                with suppress(BrowserTrouble):
                    window.page.context.close()
            else:
                self._free[window.kind].append(window.page)


def _forget(window: Window) -> None:
    page, context = window.page, window.page.context
    for event, listener in window.listeners.items():
        page.remove_listener(event, listener)
    for other in context.pages:
        if other is not page:
            other.close()
    page.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(-1, -1)
    context.clear_cookies()
    context.clear_permissions()
    context.set_geolocation(None)
