"""What answers a message stands below it: at once, or when that message comes."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.models import Message
from inbox.other_ids import ANSWERS, known_otherwise
from whatsapp.ids import shared_name


def link_quotes(rows: Sequence[Message]) -> None:
    """Links what these answer (not saved yet); a target that is not here is linked when it comes.

    A target among themselves is found too. One query, or none; a second where a target is unknown.
    """
    quoting = [row for row in rows if row.reply_to_wamid]
    if not quoting:
        return
    stored = Message.objects.filter(
        phone_number__in={row.phone_number_id for row in quoting},
        wamid__in={row.reply_to_wamid for row in quoting},
    )
    targets = {(row.conversation_id, row.wamid): row for row in stored}
    targets |= {(row.conversation_id, row.wamid): row for row in rows}
    for row in quoting:
        row.reply_to = targets.get((row.conversation_id, row.reply_to_wamid))
    _link_by_other_ids([row for row in quoting if row.reply_to is None], rows)


def _link_by_other_ids(quoting: Sequence[Message], rows: Sequence[Message]) -> None:
    """What names its target by another id than ours; else it waits under the name of all its ids.

    Two ids that share their own part are found among these rows as well as among the stored ones.
    """
    known = known_otherwise([(row.conversation_id, row.reply_to_wamid) for row in quoting])
    among = {(row.conversation_id, shared_name(row.wamid or "")): row for row in rows}
    for row in quoting:
        name = shared_name(row.reply_to_wamid)
        target = known.get((row.conversation_id, row.reply_to_wamid))
        target = target or among.get((row.conversation_id, name))
        if target is not None and target is not row:
            row.reply_to, row.reply_to_wamid = target, target.wamid or ""
        elif name != row.reply_to_wamid:
            row.details = row.details | {ANSWERS: row.reply_to_wamid}
            row.reply_to_wamid = name


def link(one: Message, target: Message) -> None:
    """What waited stands below its message from now on."""
    details = {name: value for name, value in one.details.items() if name != ANSWERS}
    Message.objects.filter(pk=one.pk).update(
        reply_to=target, reply_to_wamid=target.wamid or "", details=details
    )
