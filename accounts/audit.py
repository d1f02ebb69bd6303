"""Writing the audit log: inside the transaction of the act, under the lock of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.announcing import Announcement
from accounts.audit_chain import link
from accounts.audit_kinds import AUDITED, Kept
from accounts.models import AuditEvent, EventCounter
from accounts.origin import INSIDE, Origin, origin

ACTING = frozenset({"agent", "api"})


def append(organization_id: UUID, said: Sequence[Announcement]) -> None:
    """Chains those of these events that are administrative acts.

    The caller holds the row of the organization's counter: two writers stand in line there, so
    that no two rows follow the same one. Nothing is read or written where there is nothing to say.
    """
    where = origin()
    acts = [row for one in said if (row := _act(one, where)) is not None]
    # A merge tells every thread of the person: that is one act.
    acts = [row for place, row in enumerate(acts) if row not in acts[:place]]
    if not acts:
        return
    counter = EventCounter.objects.filter(organization_id=organization_id)
    number, last = counter.values_list("audit_number", "audit_hash").get()
    rows = []
    for act in acts:
        number += 1
        row = {"organization_id": organization_id, "number": number} | act
        last = link(last, row)
        rows.append(AuditEvent(**row, hash=last))
    AuditEvent.objects.bulk_create(rows)
    counter.update(audit_number=number, audit_hash=last)


def _act(said: Announcement, where: Origin) -> dict[str, Any] | None:
    kept = AUDITED.get(said.kind)
    if kept is None or (kept.only_acts and not _is_act(said, where)):
        return None
    return {
        "kind": said.kind,
        "at": said.at,
        "actor_type": said.by.type,
        "actor_id": said.by.id,
        "key_id": where.key_id,
        "address": where.address,
        "agent": where.agent,
        "conversation": said.conversation_id if kept.noun == "conversation" else None,
        "ids": [str(one) for one in said.ids],
        "data": _codes(kept, said.data),
        "cut_through": said.data["through"] if said.kind == "audit.cut" else None,
    }


def _is_act(said: Announcement, where: Origin) -> bool:
    # Baton itself acts when a command tells it to; the worker only follows what Meta says.
    return said.by.type in ACTING or (said.by.type == "system" and where != INSIDE)


def _codes(kept: Kept, data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in kept.codes if data.get(name) not in (None, "", [])}
