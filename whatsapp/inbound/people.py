"""Who wrote: identifiers of a message joined with the contacts beside it."""

from typing import Any

from whatsapp.ids import Bsuid, WaId, is_bsuid
from whatsapp.inbound.message import WhatsAppUser
from whatsapp.inbound.reading import maybe_id, maybe_obj, text
from whatsapp.phone import canonical

LONGEST_NUMBER = 32
MOST_CONTACTS = 5_000


def wa_id(value: Any) -> WaId | None:
    """Digits without plus; None for anything else, so also for a BSUID in the wrong place."""
    found = (maybe_id(value) or "").removeprefix("+")
    if found.isascii() and found.isdigit() and len(found) <= LONGEST_NUMBER:
        return WaId(found)
    return None


def bsuid(value: Any) -> Bsuid | None:
    """A business-scoped user id; None for anything else."""
    return Bsuid(value) if isinstance(value, str) and is_bsuid(value) else None


def user(number: Any = None, user_id: Any = None, parent_id: Any = None) -> WhatsAppUser:
    """A person by bare identifiers. A BSUID written where the number belongs is recognised."""
    return WhatsAppUser(
        wa_id=wa_id(number),
        bsuid=bsuid(user_id) or bsuid(number),
        parent_bsuid=bsuid(parent_id),
    )


class People:
    """The `contacts` of one value, looked up by any identifier."""

    def __init__(self, contacts: Any) -> None:
        self._by_number: dict[str, WhatsAppUser] = {}
        self._by_bsuid: dict[str, WhatsAppUser] = {}
        members = contacts[:MOST_CONTACTS] if isinstance(contacts, list) else []
        self._all = [_contact(member) for member in members if isinstance(member, dict)]
        for person in self._all:
            if person.wa_id:
                self._by_number[person.wa_id] = person
            if person.bsuid:
                self._by_bsuid[person.bsuid] = person

    def join(self, written: WhatsAppUser) -> WhatsAppUser:
        """`written` with what the contacts know about the same person."""
        known = self._find(written)
        if known is None:
            return written
        return WhatsAppUser(
            wa_id=known.wa_id or written.wa_id,
            bsuid=written.bsuid or known.bsuid,
            parent_bsuid=written.parent_bsuid or known.parent_bsuid,
            profile_name=known.profile_name,
            username=known.username,
            identity_key_hash=known.identity_key_hash,
        )

    def _find(self, written: WhatsAppUser) -> WhatsAppUser | None:
        if written.bsuid and (known := self._by_bsuid.get(written.bsuid)):
            return known
        if written.wa_id and (known := self._by_number.get(written.wa_id)):
            return known
        only = self._all[0] if len(self._all) == 1 else None
        return only if only is not None and _may_be_same(only, written) else None


def _may_be_same(only: WhatsAppUser, written: WhatsAppUser) -> bool:
    if written.bsuid and only.bsuid:
        return False  # compared before, and different
    if written.wa_id and only.wa_id:
        return canonical(written.wa_id) == canonical(only.wa_id)
    return not (written.bsuid or written.wa_id)


def _contact(raw: dict[str, Any]) -> WhatsAppUser:
    profile = maybe_obj(raw.get("profile"))
    return WhatsAppUser(
        wa_id=wa_id(raw.get("wa_id")),
        bsuid=bsuid(raw.get("user_id")) or bsuid(raw.get("wa_id")),
        parent_bsuid=bsuid(raw.get("parent_user_id")),
        profile_name=label(profile.get("name")),
        username=username(profile.get("username")),
        identity_key_hash=text(raw.get("identity_key_hash")),
    )


def username(value: Any) -> str | None:
    """A user name without the @ that some of Meta's pages show."""
    return label((text(value) or "").lstrip("@"))


def label(value: Any) -> str | None:
    """A name with something in it; None when it is blank."""
    found = text(value)
    return found if found and found.strip() else None
