"""The connection doctor in the browser: each switch breaks one thing, which names itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.shop import Hand, Shop
from tests.parts import in_part

ACCOUNT, NUMBER = "102290129340398", "106540352242922"
HOOK = "https://elsewhere.example/hook"
MESSAGING = "whatsapp_business_messaging"
FINE = {
    "token": "valid",
    "missing_scopes": [],
    "hidden_accounts": [],
    "unsubscribed": [],
    "overrides": {},
    "challenge": "answered",
    "other_secret": False,
    "stalled": [],
    "quality": "GREEN",
    "blocked": "",
}
WRONG = '.check[data-state="broken"], .check[data-state="warning"]'
# In the installation: a customer wrote every ten minutes, four weeks ago at this time and since.
FOUR_WEEKS = """
from datetime import timedelta
from django.utils import timezone
from inbox.models import Conversation, Message
from inbox.outgoing.shape import frozen_content
thread = Conversation.objects.exclude(last_inbound_at=None).earliest("last_inbound_at")
Message.objects.bulk_create(
    Message(
        organization_id=thread.organization_id, conversation=thread, direction="inbound",
        phone_number_id=thread.phone_number_id, type="text", status="received",
        sender_type="contact", content=frozen_content("Hello"), at=at, created_at=at,
    )
    for week in range(1, 5) for minutes in range(-300, 60, 10)
    for at in [timezone.now() + timedelta(minutes=minutes, weeks=-week)]
)
"""
HOURS_PASS = """
from datetime import timedelta
from django.db.models import F
from accounts.models import Checkup
from inbox.models import Conversation, Message
from webhooks.models import Hearing
REPORTS = ("accepted_at", "sent_at", "delivered_at", "read_at", "failed_at")
for rows, names in (
    (Message.objects.exclude(accepted_at=None), REPORTS),
    (Conversation.objects.all(), ("last_inbound_at",)),
    (Hearing.objects.all(), ("since",)),
):
    rows.update(**{{name: F(name) - timedelta(hours={hours}) for name in names}})
Checkup.objects.update(rhythm_at=None)
"""
COMES = """
import time
from inbox.models import Message
from webhooks.models import WrongSignature
until = time.monotonic() + 20
while not {model}.objects.filter(**{fields}).exists():
    assert time.monotonic() < until
    time.sleep(0.1)
"""


@dataclass(frozen=True)
class Visit:
    """Ada at the doctor's page of the shop's number, and a hand inside the installation."""

    page: Page
    shop: Shop
    hand: Hand
    doctors: str

    def looks(self) -> None:
        """Has the number looked at now."""
        self.page.get_by_role("button", name="Check now").click()

    def names(self, *wrong: str) -> None:
        """When it was looked at, these checks and no others say that something is wrong."""
        expect(self.page.locator("#checks:not([hx-get]) .check")).to_have_count(12)
        found = self.page.locator(WRONG).evaluate_all("rows => rows.map((row) => row.id)")
        assert found == [f"check-{name}" for name in wrong]

    def presses(self, check: str) -> None:
        """A button that does it by itself; the number is then looked at again."""
        self.page.locator(f"#repair-{check}").click()
        expect(self.page.locator("[role=status]").first).to_contain_text("Done")

    def types(self, check: str, label: str, text: str, button: str) -> None:
        """A button that leads to a form, which is filled in and sent."""
        self.page.locator(f"#repair-{check}").click()
        self.page.get_by_label(label).fill(text)
        self.page.get_by_role("button", name=button).click()

    def saves(self, check: str, label: str, text: str, button: str) -> None:
        """The same, with the way back to the doctor."""
        self.types(check, label, text, button)
        expect(self.page.locator("[role=status]").first).to_contain_text("Saved.")
        self.page.goto(self.doctors)

    def comes(self, model: str, **fields: str) -> None:
        """Until the installation has such a row."""
        self.hand(COMES.format(model=model, fields=fields))


Step = Callable[[Visit, str], None]


@dataclass(frozen=True)
class Fault:
    """The check that tells of it, the switches that make it, and what its button leads to.

    then: what is done before it can be seen.
    """

    check: str
    switches: dict[str, Any]
    repair: Step
    then: Step = lambda _visit, _check: None


@pytest.fixture(scope="module")
def hand(shop: Shop) -> Iterator[Hand]:
    hand = Hand(shop)
    hand(FOUR_WEEKS)
    yield hand
    hand.close()


@pytest.fixture
def visit(open_page: Callable[..., Page], shop: Shop, hand: Hand) -> Iterator[Visit]:
    page = open_page("/settings/numbers/", who="ada")
    page.get_by_role("link", name="Connection").click()
    yield Visit(page, shop, hand, page.url)
    shop.control(setup=FINE, number_status={NUMBER: "CONNECTED"})


def somebody_else_signs(visit: Visit, _check: str) -> None:
    visit.shop.customer("dora", text="Signed by somebody else")
    visit.comes("WrongSignature")  # counted every five seconds


def hours_are_silent(visit: Visit, _check: str) -> None:
    visit.shop.customer("dora", text="Is anybody there?")
    visit.hand(HOURS_PASS.format(hours=3))


def nobody_reports(visit: Visit, _check: str) -> None:
    visit.page.goto(f"{visit.shop.url}/inbox/")
    visit.page.locator("#rows article", has_text="Wanjiru").click()
    expect(visit.page.locator("body")).to_have_attribute("data-live", "open")
    visit.page.fill("#composer-text", "It left today.")
    visit.page.keyboard.press("Enter")
    visit.comes("Message", content__body="It left today.", status="accepted")
    visit.hand(HOURS_PASS.format(hours=1))
    visit.page.goto(visit.doctors)


def press(visit: Visit, check: str) -> None:
    visit.presses(check)


def press_for_messages(visit: Visit, check: str) -> None:
    visit.presses(check)
    visit.comes("Message", content__body="Is anybody there?")
    visit.looks()


def press_for_reports(visit: Visit, check: str) -> None:
    visit.presses(check)
    visit.comes("Message", content__body="It left today.", status="delivered")
    visit.looks()


def replace_token(visit: Visit, check: str) -> None:
    visit.saves(check, "New access token", visit.shop.at_meta("token")["access_token"], "Replace")


def register(visit: Visit, check: str) -> None:
    visit.types(check, "PIN", "000000", "Register")
    expect(visit.page.locator(".field__error")).to_contain_text("The PIN is wrong")
    visit.page.get_by_label("PIN").fill("123456")
    visit.page.get_by_role("button", name="Register").click()


def enter_secret(visit: Visit, check: str) -> None:
    visit.saves(check, "New app secret", "tests-only-app-secret-not", "Change")
    visit.comes("Message", content__body="Signed by somebody else")  # Meta has tried again
    visit.looks()


def setup(**switches: Any) -> dict[str, Any]:
    return {"setup": switches}


SOON = {"webhooks": {"longest_retry_s": 1, "tries": 600}}  # what was refused comes again
FAULTS = [
    Fault("token", setup(token="expired"), replace_token),
    Fault("permissions", setup(missing_scopes=[MESSAGING]), replace_token),
    Fault("number_registered", {"number_status": {NUMBER: "DISCONNECTED"}}, register),
    Fault("webhook_subscription", setup(unsubscribed=[ACCOUNT]), press),
    Fault("webhook_override", setup(overrides={ACCOUNT: HOOK}), press),
    Fault("webhook_override", setup(overrides={NUMBER: HOOK}), press),
    Fault("challenge", setup(challenge="none"), press),
    Fault("signature", setup(other_secret=True) | SOON, enter_secret, then=somebody_else_signs),
    Fault("last_inbound", setup(stalled=["messages"]), press_for_messages, then=hours_are_silent),
    Fault("last_status", setup(stalled=["statuses"]), press_for_reports, then=nobody_reports),
]
REPAIRED_AT_META = [
    ("account_visible", {"hidden_accounts": [ACCOUNT]}, "business.facebook.com"),
    ("quality", {"quality": "RED"}, "business.facebook.com/wa/manage"),
    ("payment", {"blocked": "payment"}, "business.facebook.com/billing"),
]


@pytest.mark.case("F91")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("faults", in_part(FAULTS))
def test_each_fault_names_itself_alone_and_its_button_repairs_it(
    visit: Visit, faults: list[Fault]
) -> None:
    for fault in faults:
        visit.shop.control(**fault.switches)
        fault.then(visit, fault.check)
        visit.looks()
        visit.names(fault.check)
        fault.repair(visit, fault.check)
        visit.names()


@pytest.mark.case("F91")
def test_what_is_repaired_at_meta_leads_there_and_is_well_when_it_is_right(visit: Visit) -> None:
    for check, switches, place in REPAIRED_AT_META:
        # What was wrong before is right again: the next look says both.
        visit.shop.control(setup=FINE | switches)
        visit.looks()
        visit.names(check)
        link = visit.page.locator(f"#repair-{check}")
        expect(link).to_have_attribute("href", re.compile(place))
    visit.shop.control(setup=FINE)
    visit.looks()
    visit.names()


@pytest.mark.case("F91")
def test_a_refused_token_warns_on_every_settings_page_until_it_is_resumed(visit: Visit) -> None:
    visit.shop.control(setup={"token": "expired"})
    visit.looks()
    visit.names("token")
    visit.page.goto(f"{visit.shop.url}/settings/you/")
    visit.page.get_by_role("link", name="See what is wrong").click()
    assert visit.page.url == visit.doctors
    visit.shop.control(setup=FINE)
    visit.looks()
    visit.names("token")
    visit.presses("token")
    visit.names()


def test_without_script_the_page_is_read_by_reloading_it(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings/numbers/", who="ada", script=False)
    page.get_by_role("link", name="Connection").click()
    page.get_by_role("button", name="Check now").click()
    for _ in range(20):
        if page.get_by_role("link", name="Look again").count() == 0:
            break
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(300)
    expect(page.locator("#checks:not([hx-get]) .check")).to_have_count(12)
    expect(page.locator(WRONG)).to_have_count(0)
