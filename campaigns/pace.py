"""How many of a campaign are queued now, and when it rests. Pure.

The outbox has the number's pace already; this is the campaign's own, and keeps the outbox short:
what stands there goes out at the pace that it was queued under.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from inbox.pacing import Bucket

# So much may stand in the outbox, in seconds of the campaign's pace, and never less than a few.
AHEAD_S: Final = 5.0
AT_LEAST_AHEAD: Final = 10
# A turn takes so much at once at most: the lock of its conversations is held that long.
MOST_A_TURN: Final = 100
# A turn comes about so often; what a late one missed, or a worker that starts anew, is caught up
# with; an hour of rest is not.
TURN_EVERY: Final = timedelta(milliseconds=500)
CATCH_UP_S: Final = 5.0


def bucket(per_s: float) -> Bucket:
    """The bucket of a campaign that queues so many a second."""
    return Bucket(1 / per_s, ahead_s=TURN_EVERY.total_seconds(), catch_up_s=CATCH_UP_S)


def may_queue(
    per_s: float, paid_until: datetime | None, *, under_way: int, at: datetime, paced: bool
) -> int:
    """How many may be queued now. under_way: how many of it stand in the outbox already.

    paced: somebody chose the pace; otherwise only the outbox limits it.
    """
    ahead = max(int(per_s * AHEAD_S), AT_LEAST_AHEAD) - under_way
    free = bucket(per_s).free(paid_until, at=at) if paced else MOST_A_TURN
    return max(0, min(ahead, free, MOST_A_TURN))


def rests_until(
    quiet_from: time | None, quiet_until: time | None, *, zone: ZoneInfo, at: datetime
) -> datetime | None:
    """The end of the quiet hours that `at` falls into, None outside of them. Both ends are local.

    From 20:00 until 8:00 is the night; the same time twice is no rest at all.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    local = at.astimezone(zone)
    now = local.time()
    over_midnight = quiet_until < quiet_from
    if over_midnight:
        rests = now >= quiet_from or now < quiet_until
    else:
        rests = quiet_from <= now < quiet_until
    if not rests:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and now >= quiet_from else 0)
    return datetime.combine(day, quiet_until, zone)
