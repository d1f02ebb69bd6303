"""From where somebody acts: behind proxies of ours, and with which program."""

from __future__ import annotations

import pytest

from accounts.origin import INSIDE, Origin, caller_address, coming_from, family, origin


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),  # nobody vouches for the header
        ("10.0.0.1", "198.51.100.7", 1, "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", 1, "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("unix:", "", 0, "unix:"),
        ("x" * 100, "", 0, "x" * 64),
    ],
)
def test_the_caller_is_who_the_last_trusted_proxy_saw(peer, forwarded, proxies, address):
    assert caller_address(peer, forwarded, proxies=proxies) == address


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML) Chrome/141.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (Macintosh) Version/26.0 Safari/605.1.15", "Safari"),
        ("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox"),
        ("python-requests/2.32", "Python"),
        ("Dora's own\r\nthing", "other"),
        ("", ""),
    ],
)
def test_of_a_program_only_its_family_is_kept(agent, name):
    assert family(agent) == name


def test_what_ends_leaves_nothing_behind():
    with coming_from(Origin("192.0.2.1")):
        assert origin().address == "192.0.2.1"
    assert origin() == INSIDE
