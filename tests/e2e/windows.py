"""Windows of one browser, used again: what a page consists of is loaded once, not by each test.

A Baton page is some seventy files. In a new window the first page costs a second of processor
time, a second page a third of that.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState
from playwright.sync_api import Error as BrowserTrouble


class Windows:
    """Contexts of a browser, each for one page at a time.

    Pages keep things in cookies and in what dies with their tab; only those need to be forgotten.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: defaultdict[str, list[BrowserContext]] = defaultdict(list)
        self._taken: list[tuple[str, BrowserContext]] = []

    def page(self, state: StorageState | None = None, **options: Any) -> Page:
        """An empty page in a window of its own. state: its cookies. options: of `new_context`."""
        kind = repr(sorted(options.items()))
        context = (
            self._free[kind].pop() if self._free[kind] else self._browser.new_context(**options)
        )
        self._taken.append((kind, context))
        if state:
            context.add_cookies(state["cookies"])  # type: ignore[arg-type]  # what it gave itself
        return context.new_page()

    def give_back(self) -> None:
        """Closes all pages; their windows forget who was there."""
        while self._taken:
            kind, context = self._taken.pop()
            with suppress(BrowserTrouble):  # one that went with its test is not used again
                _forget(context)
                self._free[kind].append(context)


def _forget(context: BrowserContext) -> None:
    for page in context.pages:
        page.close()
    context.clear_cookies()
    context.clear_permissions()
    context.set_geolocation(None)
    context.set_offline(False)
