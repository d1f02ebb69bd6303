"""In the browser: contacts come in from a file, go out as one, and a person is erased for good."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Shop

FILE = "Phone,Name,Opted out\n+12025550143,Dora of Lund,\n0712340001,Amani,yes\nnonsense,Nobody,\n"


@pytest.mark.case("S121", "S122")
@pytest.mark.timeout(180)
def test_contacts_come_in_go_out_and_one_of_them_goes_for_ever(
    open_page: Callable[..., Page], shop: Shop, tmp_path: Path
) -> None:
    page, watching = open_page("/contacts/import/", who="ada"), open_page(who="ben")
    imported(page, tmp_path)
    row = watching.locator("#rows article", has_text="Dora of Lund")  # pushed, not loaded
    row.click()
    expect(watching.locator("#thread-name")).to_contain_text("Dora of Lund")
    exported(page, shop)
    page.goto(f"{shop.url}/inbox/")
    page.locator("#rows article", has_text="Dora of Lund").click()
    page.click("#panel >> text=Erase")
    page.fill("[name=typed]", "Dora of Lund")
    page.click("text=Erase for ever")
    watching.wait_for_url("**/inbox/", timeout=30_000)  # led away from what is gone
    expect(watching.locator("#rows article", has_text="Dora")).to_have_count(0)
    page.goto(f"{shop.url}/settings/data/")
    expect(page.locator("tbody tr")).to_contain_text("Ada")


def imported(page: Page, folder: Path) -> None:
    """By the guessed columns; national numbers are Kenya's."""
    file = folder / "list.csv"
    file.write_text(FILE)
    page.set_input_files("[name=file]", str(file))
    page.click("main button[type=submit]")
    expect(page.locator("#import tbody tr")).to_have_count(3, timeout=30_000)
    page.fill("[name=country_code]", "+254")
    page.click("main button[type=submit]")
    tally = page.locator(".tally dd")
    expect(tally).to_have_text(["1", "1", "0", "1"], timeout=30_000)
    page.click("text=Import them")
    expect(page.locator("text=See the contacts")).to_be_visible(timeout=30_000)
    expect(tally).to_have_text(["1", "1", "0", "1"])


def exported(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/contacts/export/")
    page.click("main button[type=submit]")
    button = page.locator("#export button")
    expect(button).to_be_visible(timeout=30_000)
    with page.expect_download() as download:
        button.click()
    assert "'+254712340001,Amani" in download.value.path().read_text()
