"""Numbers in all their spellings."""

import pytest

from whatsapp.ids import is_bsuid
from whatsapp.phone import canonical, display, e164


@pytest.mark.parametrize(
    ("text", "country_code", "expected"),
    [
        ("+1 (202) 555-0143", None, "+12025550143"),
        ("12025550143", None, "+12025550143"),
        ("0012025550143", None, "+12025550143"),
        (" +447700900461 ", None, "+447700900461"),
        ("0712 345 678", "+254", "+254712345678"),
        ("0712345678", "254", "+254712345678"),
        ("712345678", "KE", "+254712345678"),
        ("254712345678", "ke", "+254712345678"),
        ("+254712345678", "US", "+254712345678"),
        ("2025550143", "+1", "+12025550143"),
        ("0712345678", None, None),
        ("123", None, None),
        ("12", "KE", None),
        ("call me", None, None),
        ("", None, None),
        ("+", None, None),
        ("+1" * 5_000, None, None),
        ("12025550143", "999", "+12025550143"),
        ("12025550143", "nowhere", "+12025550143"),
    ],
)
def test_a_number_is_read_in_the_spelling_people_use(text, country_code, expected):
    assert e164(text, country_code) == expected


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (["551195550164", "5511995550164", "+55 11 99555-0164"], "5511995550164"),
        (["5215512345678", "525512345678", "+52 1 55 1234 5678"], "525512345678"),
        (["5491123456789", "541123456789", "+54 9 11 2345-6789"], "541123456789"),
        (["12025550143", "+12025550143", "1 202 555 0143"], "12025550143"),
        (["551133334444"], "551133334444"),
        (["nobody", ""], ""),
    ],
)
def test_all_spellings_of_a_number_share_one_key(spellings, key):
    assert {canonical(spelling) for spelling in spellings} == {key}


def test_two_people_do_not_share_a_key():
    assert canonical("5511995550164") != canonical("5521995550164")


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("12025550143", "+1 202 555 0143"),
        ("+447700900461", "+44 7700 900461"),
        ("group-7", "group-7"),
        ("", ""),
    ],
)
def test_a_number_is_shown_in_groups(phone, shown):
    assert display(phone) == shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("US.48213907716450285531", True),
        ("US.ENT.70019442836615508274", True),
        ("DE.a", True),
        ("US." + "1" * 128, True),
        ("US." + "1" * 129, False),
        ("us.1", False),
        ("US.", False),
        ("USA.1", False),
        ("US.1\n", False),
        ("US.1 ", False),
        ("US.é", False),
        ("12025550143", False),
        ("", False),
    ],
)
def test_a_bsuid_is_told_by_its_form(value, expected):
    assert is_bsuid(value) is expected
