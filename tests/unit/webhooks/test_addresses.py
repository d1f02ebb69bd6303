"""Which addresses are asked on somebody's word: every spelling of a private one is refused."""

from __future__ import annotations

import pytest

from webhooks.addresses import AddressRefused, check_resolved, place_of

PLACE = place_of("https://shop.example/a.jpg")


@pytest.mark.case("S68", "S69")
@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://x/", "ftp://x/", "dict://x/", "", "https://", "//x/"),
        *("http://shop.example/", "https://user:pw@shop.example/", "https://a@b@c/"),
        *(
            "https://ok.example\\@127.0.0.1/",
            "https://ok.example/\r\nX: y",
            "https://ok.example/ a",
        ),
        *("https://ok.example/\t", "https://①②⑦.0.0.1/", "https://[fe80::1%25eth0]/"),
        *("https://x.example:22/", "https://x.example:5432/", "https://x.example:6379/"),
        "https://shop.example/" + "x" * 10_000,
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        place_of(url)


@pytest.mark.case("S60", "S61", "S62", "S63", "S64")
@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
        *("198.18.0.1", "192.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("169.254.169.254", "fd00:ec2::254", "::1", "::", "::ffff:127.0.0.1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%eth0", "fc00::1", "fec0::1"),
    ],
)
def test_no_private_address_is_connected_to(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_resolved(PLACE, [address])


@pytest.mark.case("S66")
def test_one_private_answer_among_public_ones_refuses_all() -> None:
    with pytest.raises(AddressRefused):
        check_resolved(PLACE, ["93.184.216.34", "10.0.0.1"])


def test_a_public_address_is_taken_as_it_was_resolved() -> None:
    assert check_resolved(PLACE, ["93.184.216.34", "1.1.1.1"]) == "93.184.216.34"
    assert (PLACE.host, PLACE.port) == ("shop.example", 443)


@pytest.mark.case("S63")
def test_the_operators_list_opens_exactly_that_one() -> None:
    allowed = ["10.2.0.0/16", "files.internal"]
    assert place_of("http://10.2.0.7:9000/a", allowed=allowed).port == 9000
    assert check_resolved(PLACE, ["10.2.0.7"], allowed=allowed) == "10.2.0.7"
    named = place_of("http://files.internal/a", allowed=allowed)
    assert check_resolved(named, ["10.9.9.9"], allowed=allowed) == "10.9.9.9"
    with pytest.raises(AddressRefused):
        check_resolved(PLACE, ["10.3.0.7"], allowed=allowed)
    with pytest.raises(AddressRefused):
        place_of("http://10.3.0.7/a", allowed=allowed)
