"""What people read of campaigns: states, counts, moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from campaigns.shapes import CampaignView
from campaigns.status import RecipientStatus, Status

STATUSES: Final[Mapping[Status, tuple[str, str]]] = {
    Status.DRAFT: (noop("Draft"), "plain"),
    Status.SCHEDULED: (noop("Scheduled"), "idle"),
    Status.RUNNING: (noop("Running"), "good"),
    Status.PAUSED: (noop("Paused"), "warn"),
    Status.COMPLETED: (noop("Completed"), "idle"),
    Status.CANCELLED: (noop("Cancelled"), "idle"),
}
RECIPIENTS: Final[Mapping[RecipientStatus, tuple[str, str]]] = {
    RecipientStatus.PENDING: (noop("Waits for its turn"), "plain"),
    RecipientStatus.QUEUED: (noop("On its way"), "plain"),
    RecipientStatus.ACCEPTED: (noop("Taken by Meta"), "plain"),
    RecipientStatus.SENT: (noop("Sent"), "plain"),
    RecipientStatus.DELIVERED: (noop("Delivered"), "plain"),
    RecipientStatus.READ: (noop("Read"), "good"),
    RecipientStatus.FAILED: (noop("Failed"), "bad"),
    RecipientStatus.UNCONFIRMED: (noop("Nobody knows"), "warn"),
    RecipientStatus.SKIPPED: (noop("Left out"), "warn"),
    RecipientStatus.CANCELLED: (noop("Cancelled"), "idle"),
    RecipientStatus.GONE: (noop("Not kept any more"), "idle"),
}
FIELDS: Final[Mapping[str, str]] = {
    "name": noop("The contact's name"),
    "first_name": noop("The contact's first name"),
    "phone": noop("The contact's number"),
    "username": noop("The contact's user name"),
    "language": noop("The contact's language"),
}


def status_label(status: Status) -> str:
    """ "Running"."""
    return _(STATUSES[status][0])


def status_tone(status: Status) -> str:
    """The tone of its chip."""
    return STATUSES[status][1]


def recipient_label(status: RecipientStatus) -> str:
    """ "Delivered"."""
    return _(RECIPIENTS[status][0])


def recipient_tone(status: RecipientStatus) -> str:
    """The tone of its chip."""
    return RECIPIENTS[status][1]


def people(count: int) -> str:
    """ "1 person", "1,200 people"."""
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": f"{count:,}"}


def progress(view: CampaignView) -> str:
    """How far it is, in words: "412 of 800 done, 3 failed"."""
    counts = view.counts
    if view.status in (Status.DRAFT, Status.SCHEDULED) or not counts.recipients:
        by_label = view.segment is not None and not counts.recipients
        return _("By label") if by_label else people(counts.recipients)
    done = _("%(done)s of %(all)s done") % {
        "done": f"{counts.done:,}",
        "all": f"{counts.recipients:,}",
    }
    failed = _("%(n)s failed") % {"n": f"{counts.failed:,}"}
    return f"{done}, {failed}" if counts.failed else done


def lasting(span: timedelta) -> str:
    """ "under a minute", "about 12 minutes", "about 3 hours", "about 2 days"."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return _("under a minute")
    if minutes < 120:
        return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("about %(n)s hour", "about %(n)s hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("about %(n)s day", "about %(n)s days", days) % {"n": days}


def took(view: CampaignView, *, at: datetime) -> str:
    """How long it has run, or ran."""
    if view.launched_at is None:
        return ""
    return lasting((view.finished_at or at) - view.launched_at)
