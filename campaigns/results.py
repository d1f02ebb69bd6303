"""The results of a campaign as CSV: a line for each recipient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaigns import queries
from campaigns.models import Campaign
from campaigns.shapes import RecipientView
from inbox.moving.contact_files import BOM, csv_lines
from inbox.times import local

PAGE: Final = 500
HEADERS: Final = ("to", "name", "status", "replied", "at", "code", "reason", "reference")


def results_csv(campaign: Campaign, *, zone: str) -> Iterator[bytes]:
    """The bytes, a page of recipients at a time. One query a page; no cell is a formula.

    zone: of the times in it.
    """
    yield (BOM + csv_lines([HEADERS])).encode()
    after = None
    while page := queries.recipients(campaign, after=after, limit=PAGE):
        yield csv_lines(_cells(one, zone) for one in page).encode()
        after = page[-1].id


def _cells(one: RecipientView, zone: str) -> list[str]:
    return [
        one.to,
        one.name,
        str(one.status),
        "yes" if one.replied else "no",
        local(one.at, zone).strftime("%Y-%m-%d %H:%M:%S") if one.at else "",
        one.code,
        one.reason,
        one.reference,
    ]
