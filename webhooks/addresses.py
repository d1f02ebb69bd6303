"""Which addresses a server may be sent to on somebody's word (S60-S69). Pure: resolves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

Address = IPv4Address | IPv6Address

LONGEST_URL: Final = 2_000
PORTS: Final = frozenset({80, 443, 8443})
# `is_global` lets these through: tunnels into IPv4, and ranges that lead to nobody's server.
NOT_PUBLIC: Final = tuple(
    ip_network(one)
    for one in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "fec0::/10", "5f00::/16"),
        *("2001::/23", "100.64.0.0/10", "192.88.99.0/24"),
    )
)


class AddressRefused(ValueError):
    """Nobody is sent there. Says nothing of what is behind it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A web address that may be asked. host: as written, for the certificate and the `Host`."""

    scheme: str
    host: str
    port: int
    url: str


def is_public(address: Address) -> bool:
    """Whether anybody in the internet could be asked there."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    inside = (net for net in NOT_PUBLIC if isinstance(net, IPv6Network) == (address.version == 6))
    return address.is_global and not address.is_multicast and not any(address in n for n in inside)


def place_of(url: str, *, allowed: Sequence[str] = ()) -> Place:
    """The address, in the reading of the library that sends.

    allowed: hosts and networks of the operator's; only those may be asked without TLS and on any
    port. Raises: AddressRefused.
    """
    plain = url.isascii() and url.isprintable() and not any(c in url for c in '\\ "<>^`{|}')
    if not plain or len(url) > LONGEST_URL:
        raise AddressRefused("not a plain web address")
    try:
        parsed = parse_url(url)
    except LocationParseError as error:
        raise AddressRefused("not a web address") from error
    host = (parsed.host or "").strip("[]")
    if parsed.scheme not in ("http", "https") or not host or "%" in host:
        raise AddressRefused("not a web address")
    if parsed.auth is not None or "@" in (parsed.netloc or ""):
        raise AddressRefused("a user name in the address")
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    if not _is_allowed_name(host, allowed) and not _may_be_allowed_network(host, allowed):
        if parsed.scheme != "https":
            raise AddressRefused("not https")
        if port not in PORTS:
            raise AddressRefused("not a port of the web")
    return Place(parsed.scheme, host, port, parsed.url)


def check_resolved(place: Place, found: Iterable[str], *, allowed: Sequence[str] = ()) -> str:
    """The one address to connect to; every answer of the resolver has to be public.

    found: as `getaddrinfo` gives them. Raises: AddressRefused.
    """
    addresses = [_parsed(one) for one in found]
    if not addresses:
        raise AddressRefused("no such name")
    if not _is_allowed_name(place.host, allowed):
        for one in addresses:
            if not is_public(one) and not _in_networks(one, allowed):
                raise AddressRefused("not a public address")
    return str(addresses[0])


def _parsed(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError as error:  # with a zone: an address of this link only
        raise AddressRefused("not a public address") from error


def _is_allowed_name(host: str, allowed: Sequence[str]) -> bool:
    return host.lower().rstrip(".") in {one.lower() for one in allowed if "/" not in one}


def _may_be_allowed_network(host: str, allowed: Sequence[str]) -> bool:
    try:
        return _in_networks(ip_address(host), allowed)
    except ValueError:
        return False


def _in_networks(address: Address, allowed: Sequence[str]) -> bool:
    networks = [ip_network(one, strict=False) for one in allowed if "/" in one]
    return any(address in net for net in networks if net.version == address.version)
