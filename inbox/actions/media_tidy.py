"""Removing files that belong to nothing: of killed attempts, and of rows that are gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from accounts.clock import database_now
from accounts.models import Organization
from inbox.media_storage import Store, store, sweep
from inbox.models import Media

log = logging.getLogger(__name__)

# An attempt takes seven minutes at most: see LEASE of inbox.actions.media.
ABANDONED: Final = timedelta(minutes=15)
# A row may be rolled back or restored from a backup: its file has a day.
ORPHANED: Final = timedelta(days=1)
BATCH: Final = 500


def tidy(stop: threading.Event) -> int:
    """Removes what belongs to nothing; how many. Several workers may do it at once.

    Asks for 500 files with one query, and stops between two such asks when told to.
    """
    at = database_now()
    removed = sweep(before=at - ABANDONED)
    place = store()
    old = (key for key, since in place.listed() if since < at - ORPHANED)
    while not stop.is_set() and (keys := list(islice(old, BATCH))):
        removed += _remove_strangers(place, keys)
    if removed:
        log.info("removed %s files that belonged to nothing", removed)
    return removed


def _remove_strangers(place: Store, keys: Sequence[str]) -> int:
    rows = {key: parts for key in keys if (parts := _ids_in(key))}
    found = Media.objects.filter(pk__in={media for _organization, media in rows.values()})
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
