"""The business numbers in the settings: what each is doing, and the pause."""

from __future__ import annotations

import pytest

from accounts.models import NumberStatus, PhoneNumber
from tests.cast import says

PAGE = "/settings/numbers/"


@pytest.fixture
def ada(cast, browser_of):
    return browser_of(cast.ada)


def act(number: PhoneNumber, name: str) -> str:
    return f"{PAGE}{number.pk}/{name}/"


def test_a_card_tells_name_number_quality_and_the_last_message(ada, cast):
    PhoneNumber.objects.update(quality_rating="YELLOW", messaging_limit="TIER_2K", label="Shop")
    says(cast.number)
    (card,) = ada.get(PAGE).context["numbers"]
    assert (card.name, card.display_phone_number) == ("Shop", "+1 555-078-3881")
    assert (card.status_tone, card.quality_tone, card.limit) == (
        *("good", "warn"),
        "2,000 people a day",
    )
    assert card.last_inbound


def test_the_words_of_meta_are_not_markup(ada):
    PhoneNumber.objects.update(
        verified_name="<b>x</b>", status="error", status_message="<i>why</i>"
    )
    html = ada.get(PAGE).content.decode()
    assert "<b>x</b>" not in html
    assert "&lt;i&gt;why&lt;/i&gt;" in html


def test_a_pause_holds_until_somebody_resumes(ada, cast):
    assert ada.post(act(cast.number, "pause"))["Location"] == PAGE
    assert PhoneNumber.objects.get().status == NumberStatus.DISCONNECTED
    (card,) = ada.get(PAGE).context["numbers"]
    assert (card.can_pause, card.can_resume, "Ada" in card.sentence) == (False, True, True)
    ada.post(act(cast.number, "resume"))
    assert PhoneNumber.objects.get().status == NumberStatus.ACTIVE


def test_an_agent_reads_the_cards_and_is_offered_nothing(cast, browser_of):
    html = browser_of(cast.amina).get(PAGE).content.decode()
    assert "+1 555-078-3881" in html
    assert f"{PAGE}{cast.number.pk}" not in html


def test_without_a_number_the_page_leads_to_connecting_one(cast, browser_of):
    assert f"{PAGE}connect/" in browser_of(cast.eve).get(PAGE).content.decode()


def test_a_number_waiting_for_its_token_offers_no_button(ada, cast):
    PhoneNumber.objects.update(status=NumberStatus.PENDING_SETUP)
    (card,) = ada.get(PAGE).context["numbers"]
    assert (card.can_pause, card.can_resume) == (False, False)
