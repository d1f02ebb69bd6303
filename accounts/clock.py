"""Times that machines must agree on."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """The database's clock, for leases and due times: two machines then agree on one (F28)."""
    if connection.vendor != "postgresql":
        return timezone.now()  # SQLite: one machine
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
