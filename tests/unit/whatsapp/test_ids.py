"""Ids of Meta: what two ids of one message share."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest

from tests.unit.whatsapp.bodies import DORA, DORA_BSUID, INBOUND, NADIA_BSUID, PAYLOADS
from whatsapp.ids import own_part, shared_name, writings_of

OWN = "3A982D9E3EB996F559E6"
WAMID = re.compile(r"wamid\.[A-Za-z0-9+/=]+")


def scoped(chat: str, own: str = OWN, side: bytes = b"\x12", more: bytes = b"") -> str:
    """An id as Meta makes them."""
    name, told = chat.encode(), own.encode()
    head = b"\x1c\x18" + bytes([len(name)]) + name + b"\x15\x02\x00" + side
    return (
        "wamid." + b64encode(head + b"\x18" + bytes([len(told)]) + told + b"\x00" + more).decode()
    )


def test_every_id_of_the_examples_has_the_form():
    texts = [(PAYLOADS / "inbound" / f"{name}.json").read_text() for name in INBOUND]
    found = {one for text in texts for one in WAMID.findall(text)}
    assert len(found) > 40
    assert [one for one in found if not own_part(one)] == []
    assert len(set(map(shared_name, found))) == len(found)


@pytest.mark.case("F81")
def test_all_ids_of_a_message_share_a_name_and_a_writing():
    chats = (DORA, DORA_BSUID, NADIA_BSUID, "447700900461", "120363041234567890")
    ids = [scoped(chat, side=side) for chat in chats for side in (b"\x11", b"\x12")]
    assert len(set(ids)) == len(ids)
    assert set(map(shared_name, ids)) == {f"own:{OWN}"}
    assert [one for one in ids if not any(text in one for text in writings_of(OWN))] == []


@pytest.mark.parametrize(
    "other",
    [
        "",
        "wamid.",
        "wamid.of.long.ago",
        "wamid.0001",
        "wamid.é",
        OWN,
        scoped(DORA).removeprefix("wamid."),
        scoped(DORA, own="3A98"),  # too short to be nobody else's
        scoped(DORA, side=b"\x13"),
        scoped(DORA, more=b"\x00"),
        scoped(DORA)[:-8],
        scoped(DORA, own=OWN * 20 if len(OWN) * 20 < 256 else OWN + "\n" + OWN),
        "wamid." + "A" * 600,
    ],
)
def test_an_id_of_another_form_is_its_own_name(other):
    assert (own_part(other), shared_name(other)) == ("", other)
