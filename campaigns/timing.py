"""When a campaign or a broadcast is to go out, as somebody says it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox import schedule


def moment(wanted: datetime | None, *, at: datetime) -> datetime | None:
    """The time, in UTC where it has no zone. Up to a minute ago means now.

    Refuses: SCHEDULE_TOO_FAR, VALIDATION_ERROR (scheduled_at).
    """
    if wanted is None:
        return None
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=at.tzinfo)
    try:
        return schedule.checked(wanted, at=at)
    except schedule.TooFar:
        sentence = _("At most 60 days ahead.")
        raise Refused("SCHEDULE_TOO_FAR", sentence, field="scheduled_at") from None
    except schedule.Past:
        sentence = _("This time is over.")
        raise Refused("VALIDATION_ERROR", sentence, field="scheduled_at", detail="past") from None
