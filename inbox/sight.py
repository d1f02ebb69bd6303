"""Who sees which conversation: the rule over values, for whoever has no query at hand (live pages).

`inbox.access.visible_conversations` is the same rule as a condition; a test holds the two together
(why it is so: docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a conversation is. last_assignee_id: who had it before nobody did."""

    assignee_id: UUID | None = None
    team_id: UUID | None = None
    closed: bool = False
    last_assignee_id: UUID | None = None

    def as_data(self) -> dict[str, Any]:
        """For the data of an event: ids and codes."""
        ids = (self.assignee_id, self.team_id, self.last_assignee_id)
        return {"holder": [*(str(one) if one else None for one in ids), self.closed]}


def holder_in(data: Mapping[str, Any]) -> Holder | None:
    """What `Holder.as_data` put into an event; None where it said nothing."""
    if "holder" not in data:
        return None
    *names, closed = data["holder"]
    assignee, team, last = (UUID(one) if one else None for one in names)
    return Holder(assignee, team, closed=closed, last_assignee_id=last)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person sees of their organization. person_id None: everything."""

    person_id: UUID | None = None
    team_ids: frozenset[UUID] = frozenset()

    @property
    def is_limited(self) -> bool:
        """Whether there may be conversations that they do not see."""
        return self.person_id is not None

    def sees(self, holder: Holder) -> bool:
        """Their own, those of their teams, and those that nobody has.

        What was closed stays with whoever had it last.
        """
        if self.person_id is None:
            return True
        if holder.assignee_id is None and holder.team_id is None:
            return not holder.closed or holder.last_assignee_id in (None, self.person_id)
        return holder.assignee_id == self.person_id or holder.team_id in self.team_ids


EVERYTHING: Final = Sight()
