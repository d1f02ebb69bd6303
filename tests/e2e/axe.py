"""What axe says of a page: the one way the suite asks it."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING: Final = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
CONTRAST: Final = ("color-contrast",)
# axe otherwise describes every element that passes, and loads each style sheet once more from
# inside the page: three to five times the work for what no test reads.
LEAN: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    "preload": False,
    "selectors": False,
    "iframes": False,
}


def findings(page: Page, rules: tuple[str, ...] = EVERYTHING) -> list[tuple[str, list[str]]]:
    """Rule and first elements of every violation; rules: tags or names of axe's rules."""
    answer = Axe().run(page, options={**LEAN, "runOnly": list(rules)}).response
    return [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:3])
        for one in answer["violations"]
    ]
