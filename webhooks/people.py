"""One lock per person of a chunk, so that two workers never wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from accounts.advisory import lock_keys
from whatsapp.inbound import HistoryMessage, Item, StandbyItem, SystemNotice, WhatsAppUser
from whatsapp.phone import canonical


def lock_people(items: Iterable[Item]) -> None:
    """Takes the locks of everybody in these items, in one order, until the transaction ends.

    Ten first messages of a stranger, digested by four workers, so make one contact (F12).
    """
    lock_keys(key for item in items for key in _keys(item))


def _keys(item: Item) -> Iterator[str]:
    content = item.content.content if isinstance(item.content, StandbyItem) else item.content
    message = content.message if isinstance(content, HistoryMessage) else content
    for person in (getattr(message, "user", None), getattr(message, "to", None)):
        if isinstance(person, WhatsAppUser):
            if person.wa_id:
                yield canonical(person.wa_id)
            if person.bsuid:
                yield person.bsuid
    if isinstance(message, SystemNotice):
        yield from (canonical(one) for one in (message.old_wa_id, message.new_wa_id) if one)
        yield from (one for one in (message.old_bsuid, message.new_bsuid) if one)
