"""Identifiers of Meta that must not be mixed up."""

import re
from base64 import b64decode, b64encode
from typing import Final, NewType

Wamid = NewType("Wamid", str)
"""A message. Unique for one phone number only."""
WaId = NewType("WaId", str)
"""A person by number: digits, no plus sign."""
Bsuid = NewType("Bsuid", str)
"""A person as one business portfolio sees them, also without a known number."""
PhoneNumberId = NewType("PhoneNumberId", str)
"""A business number at Meta, not the number itself."""
WabaId = NewType("WabaId", str)
"""A WhatsApp Business Account."""

BSUID_PATTERN = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}")


def is_bsuid(value: str) -> bool:
    """Whether `value` has the form of a business-scoped user id (also of a parent id)."""
    return BSUID_PATTERN.fullmatch(value) is not None


# --- two ids of one message ---

_WAMID: Final = re.compile(
    rb"\x1c\x18(?P<length>.)(?P<chat>.*?)\x15.\x00[\x11\x12]\x18(?P<own_length>.)(?P<own>\w*)\x00",
    re.DOTALL,
)
_SHARED: Final = "own:"
_LONGEST_ID: Final = 512
_SHORTEST_OWN: Final = 16  # characters; less could be chance


def own_part(wamid: str) -> str:
    """What is the message's own in its id; "" for an id of another form than we know.

    An id names the chat, by number or by user id, and the side that it is told to; what follows is
    the same in every id of one message. Meta documents none of it. The form is that of every id in
    the examples; two ids of one message were met by chatwoot (pull request 15107) and whatomate
    (pull request 507), both read 2026-11-28. So it may find a message inside one thread, where
    nothing has the very id; it never replaces the id.
    """
    encoded = wamid.removeprefix("wamid.")
    if encoded == wamid or len(wamid) > _LONGEST_ID:
        return ""
    try:
        found = _WAMID.fullmatch(b64decode(encoded + "=" * (-len(encoded) % 4), validate=True))
    except ValueError:
        return ""
    if found is None or len(found["own"]) < _SHORTEST_OWN:
        return ""
    told = (found["length"][0], found["own_length"][0])
    if told != (len(found["chat"]), len(found["own"])):
        return ""
    return found["own"].decode()


def shared_name(wamid: str) -> str:
    """One name for all ids of a message, of one thread; the id itself where its form is unknown."""
    own = own_part(wamid)
    return f"{_SHARED}{own}" if own else wamid


def own_in(name: str) -> str:
    """The own part of an id, or of such a name; "" where there is none."""
    return name.removeprefix(_SHARED) if name.startswith(_SHARED) else own_part(name)


def writings_of(own: str) -> tuple[str, ...]:
    """How an id with this own part may hold it: it begins at any of the three places of base64."""
    found = []
    for before in range(3):
        encoded = b64encode(b"\0" * before + own.encode()).decode()
        first, last = -(-before * 8 // 6), (before + len(own)) * 8 // 6
        found.append(encoded[first:last])
    return tuple(found)
