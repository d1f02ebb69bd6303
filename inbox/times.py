"""Moments in the viewer's zone and language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats


def local(at: datetime, zone: str) -> datetime:
    """The same moment in the viewer's zone."""
    return at.astimezone(ZoneInfo(zone))


def clock(at: datetime, zone: str) -> str:
    """ "10:42"."""
    return formats.time_format(local(at, zone).time(), "H:i")


def exact_time(at: datetime | None, zone: str) -> str:
    """ "20 November 2026, 10:42"."""
    if at is None:
        return ""
    moment = local(at, zone)
    return f"{formats.date_format(moment.date(), 'j F Y')}, {clock(at, zone)}"


def to_the_second(at: datetime, zone: str) -> str:
    """ "20 November 2026, 10:42:07"."""
    moment = local(at, zone)
    return f"{formats.date_format(moment.date(), 'j F Y')}, {moment:%H:%M:%S}"


def to_the_tenth(at: datetime, zone: str) -> str:
    """ "20 November 2026, 10:42:07.3"; cut, not rounded, so that no time is before its cause."""
    return f"{to_the_second(at, zone)}.{at.microsecond // 100_000}"
