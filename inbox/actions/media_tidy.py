"""Removing files that belong to nothing: of killed attempts, of rows that are gone, never sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.models import Organization
from inbox.actions.attachments import forget
from inbox.media_storage import Store, store, sweep
from inbox.models import Media, MetaUpload, UploadState

log = logging.getLogger(__name__)

# An attempt takes seven minutes at most: see LEASE of inbox.actions.media.
ABANDONED: Final = timedelta(minutes=15)
# A row may be rolled back or restored from a backup: its file has a day.
ORPHANED: Final = timedelta(days=1)
UNSENT: Final = timedelta(days=1)
# As long as Meta keeps an upload: an id that was given out is good for so long.
UNUSED: Final = timedelta(days=30)
BATCH: Final = 500


def tidy(stop: threading.Event) -> int:
    """Removes what belongs to nothing; how many. Several workers may do it at once.

    Asks for 500 files with one query, and stops between two such asks when told to.
    """
    at = database_now()
    removed = sweep(before=at - ABANDONED) + forget_unsent(at=at)
    forget_uploads(at=at)
    place = store()
    old = (key for key, since in place.listed() if since < at - ORPHANED)
    while not stop.is_set() and (keys := list(islice(old, BATCH))):
        removed += _remove_strangers(place, keys)
    if removed:
        log.info("removed %s files that belonged to nothing", removed)
    return removed


def forget_unsent(*, at: datetime) -> int:
    """Throws away files that nobody sent: of the composer after a day, of programs after 30 days.

    Counted from when they were last put into a message. How many.
    """
    unsent = Media.objects.filter(direction="outbound", message=None)
    old = unsent.filter(touched_at__lt=at - UNSENT, conversation__isnull=False) | unsent.filter(
        touched_at__lt=at - UNUSED
    )
    rows = list(old.order_by("touched_at")[:BATCH])
    for media in rows:
        with unit_of_work(durable=True):
            forget(media)
    return len(rows)


def forget_uploads(*, at: datetime) -> int:
    """Forgets what Meta has forgotten, and what it refused; how many rows."""
    old = MetaUpload.objects.exclude(state=UploadState.PENDING)
    return old.filter(
        Q(uploaded_at__lt=at - UNUSED) | Q(uploaded_at=None, created_at__lt=at - UNUSED)
    ).delete()[0]


def _remove_strangers(place: Store, keys: Sequence[str]) -> int:
    rows = {key: parts for key in keys if (parts := _ids_in(key))}
    # By the key, not by the id in it: a file that is sent twice has several rows.
    found = Media.objects.filter(path__in={key.removesuffix(".thumbnail") for key in rows})
    known = {key for pair in found.values_list("path", "thumbnail") for key in pair}
    # Another installation may keep its files in the same place: what is not of ours stays.
    ours = set(Organization.objects.values_list("pk", flat=True))
    strangers = [key for key, (organization, _m) in rows.items() if organization in ours]
    strangers = [key for key in strangers if key not in known]
    for key in strangers:
        place.delete(key)
    return len(strangers)


def _ids_in(key: str) -> tuple[UUID, UUID] | None:
    """Organization and file of a key; None for a name that we never gave."""
    folder, _separator, name = key.partition("/")
    try:
        return UUID(folder), UUID(name.removesuffix(".thumbnail"))
    except ValueError:
        return None
