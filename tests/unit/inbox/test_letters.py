"""What picker and bubble show of a template, from frozen content of any age."""

import json
from pathlib import Path

import pytest

from inbox.letters import letter_of

GOLDEN = Path(__file__).parents[2] / "golden" / "templates"
OWN = "01a1ede2-6a4f-7f4e-974a-a8733b31e959"


def shown(name):
    content = json.loads((GOLDEN / f"{name}.json").read_text())["content"]
    return letter_of(content, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("media", "url", "href", "note"),
    [
        ({"type": "image", "id": OWN}, f"/media/{OWN}/", "", ""),
        ({"type": "video", "link": "https://x.example/a.mp4"}, "", "https://x.example/a.mp4",
         "x.example"),
        ({"type": "image", "link": "javascript:alert(1)"}, "", "", ""),
        ({"type": "image", "meta_media_id": "77"}, "", "", "Kept by WhatsApp"),
        ({"type": "image"}, "", "", "Not chosen yet"),
        ({"type": "image", "id": "not-ours"}, "", "", "Not chosen yet"),
    ],
)  # fmt: skip
def test_a_file_is_shown_or_named_and_never_loaded_from_elsewhere(media, url, href, note):
    file = letter_of({"media": media}, zone="UTC").file
    assert (file.url, file.href, file.note) == (url, href, note)


def test_a_document_goes_by_its_name():
    assert shown("header_document_by_own_named").file.title == "Invoice 40-1187.pdf"


def test_a_place_stands_on_a_map():
    place = shown("header_location_positional").place
    assert (place.name, place.coordinates) == ("Canal House Books", "52.37022, 4.89517")


def test_an_offer_ends_in_the_readers_zone():
    offer = shown("offer_named").offer
    assert (offer.text, offer.until) == ("Weekend deal", "29 November 2026, 18:00")


def test_buttons_say_what_they_do():
    does = [(one.text, one.does) for one in shown("offer_named").buttons]
    assert does == [("Copy offer code", "KETTLE20"), ("Shop", "shop.example/p/weekend")]


def test_every_card_is_a_letter_of_its_own():
    cards = shown("carousel_by_id_named").cards
    assert [card.body for card in cards] == ["Only 39.90 € this week.", "Only 34.90 € this week."]
    assert [card.file.url for card in cards] == ["", f"/media/{OWN}/"]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"media": "x", "location": 7, "offer": [], "buttons": "x", "cards": {"a": 1}},
        {"location": {"latitude": "x"}, "offer": {"expires_at_ms": 10**30}, "buttons": [None, {}]},
        {"header": 7, "body": None, "footer": [], "cards": [None, "x", {}]},
        {"buttons": [{"text": "Old"}]},
    ],
)
def test_content_that_an_earlier_release_kept_never_breaks_a_page(content):
    assert letter_of(content, zone="UTC").body == ""
