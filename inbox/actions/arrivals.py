"""A customer's message on its way in, and the times that count for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from accounts.models import PhoneNumber
from whatsapp.inbound import Edit, InboundMessage, Reaction, Revoke

LATE: Final = timedelta(seconds=60)
END_OF_SECOND: Final = timedelta(milliseconds=999)  # what Meta tells was cut to seconds


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message, the number that it came to, and when.

    observed: another app owns the thread at Meta; we watch and do not answer.
    """

    number: PhoneNumber
    message: InboundMessage
    received_at: datetime
    observed: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it is a bubble of its own, and not something about another one."""
        return not isinstance(self.message.content, Reaction | Edit | Revoke)

    @property
    def about(self) -> str | None:
        """The wamid of the message that it answers, edits or deletes."""
        if isinstance(self.message.content, Edit | Revoke):
            return self.message.content.original
        return self.message.context.wamid if self.message.context else None

    @property
    def at(self) -> datetime:
        """Where it stands in the thread.

        Meta tells whole seconds: the message was written at some point of that second, at the
        latest when it arrived. Taken at its start, an answer of the same second would stand above
        it (seen: our answer at 5.1 s, the customer's next line, of 5.8 s, told as 5). Meta's clock
        may also be ahead of ours: nothing sorts into the future (F28).
        """
        if self.message.at is None:
            return self.received_at
        return min(self.message.at + END_OF_SECOND, self.received_at)

    @property
    def told_at(self) -> datetime:
        """The same for every copy of an event, whenever it comes: copies are known by it."""
        return min(self.message.at or self.received_at, self.received_at)

    @property
    def is_late(self) -> bool:
        """Whether it says so in the thread, and wakes no assistant (F29)."""
        return self.message.at is not None and self.received_at - self.message.at > LATE
