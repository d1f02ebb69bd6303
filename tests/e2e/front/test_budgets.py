"""What the first page weighs."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from inbox.list_shapes import Row
from tests.e2e.front import made_up

STATIC = Path(__file__).parents[3] / "static"
PAGES_ONLY = {
    "entering.css",
    *("audit.css", "connect.css", "doctor.css"),
    *("pages.css", "page.css", "table.css", "settings.css", "entrance.css"),
    *("campaigns.css", "campaign.css", "campaign-editor.css"),
    *("person.css", "export.css", "letter.css", "rooms.css", "data.css", "desk.css"),
}
ON_DEMAND = {
    *("demand.css", "about.css", "lightbox.css"),
    *("tray.css", "recorder.css", "compose.css", "later.css", "relabel.css"),
    "canned.css",
}
WITH_THE_PICKER = {"picker.css"}


def zipped(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def test_all_scripts_of_a_page_weigh_at_most_60_kb() -> None:
    htmx = Path(str(finders.find("django_htmx/htmx-2.min.js")))
    files = [htmx, *(STATIC / "js").glob("*.js")]
    assert sum(zipped(path.read_bytes()) for path in files) <= 60 * 1024


def test_the_styles_of_the_inbox_weigh_at_most_15_kb() -> None:
    """Together: each file alone pays for a dictionary of its own."""
    files = [
        path
        for path in sorted((STATIC / "css").rglob("*.css"))
        if path.name not in PAGES_ONLY | ON_DEMAND | WITH_THE_PICKER
    ]
    assert zipped(b"".join(path.read_bytes() for path in files)) <= 15 * 1024


def test_what_is_loaded_on_demand_weighs_at_most_24_kb() -> None:
    scripts = [*(STATIC / "js" / "demand").glob("*.js")]
    styles = [path for path in (STATIC / "css").rglob("*.css") if path.name in ON_DEMAND]
    assert sum(zipped(path.read_bytes()) for path in scripts + styles) <= 24 * 1024


@pytest.mark.parametrize("row", made_up.ROWS, ids=lambda row: row.name)
def test_a_row_is_small_enough_for_fifty_on_a_page(row: Row) -> None:
    most = 1_150 + 60 * len(row.labels)
    assert len(render_to_string("inbox/_row.html", {"row": row}).encode()) <= most


@pytest.mark.parametrize("number", range(len(made_up.zoo(made_up.ROWS[0].id))))
def test_a_pushed_bubble_weighs_at_most_4_kb(number: int) -> None:
    message = made_up.zoo(made_up.ROWS[0].id)[number]
    html = render_to_string("inbox/messages/_message.html", {"message": message})
    assert len(html.encode()) <= 4 * 1024
