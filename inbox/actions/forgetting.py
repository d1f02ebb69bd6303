"""Rows and files taken away for good: of somebody who is erased, of what was kept long enough."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from accounts.actions.redacting import forget_answers, forget_events
from accounts.events import unit_of_work
from accounts.models import Organization
from inbox.actions import tombstones
from inbox.actions.threads import hold
from inbox.erasing import finding
from inbox.media_storage import store
from inbox.models import (
    ContactImport,
    Conversation,
    Erasure,
    Export,
    ExportState,
    ImportState,
    Media,
    Message,
    MetaUpload,
    PendingStatus,
    Reaction,
    StatusEvent,
)
from inbox.models.duties import WORKERS_TURN
from inbox.tombstones import message_name
from webhooks.failpoints import hit

BATCH: Final = 500


def message_names(ids: Iterable[str]) -> list[str]:
    """Messages by the names of `inbox.tombstones`."""
    return sorted({message_name(one) for one in ids})


def messages_of(
    erasure: Erasure, threads: Sequence[UUID], *, at: datetime
) -> dict[str, int] | None:
    """Removes one batch of messages with their files, and a tombstone stays for each.

    How many of what; {} when there is nothing left; None when one is just being sent. Then the
    events of the conversations go, in batches as well.
    """
    rows = Message.objects.filter(conversation__in=threads).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    media = finding.files_of(threads).filter(Q(message__in=ids) | Q(message=None))
    if not ids and not media.exists():
        return _events_batch(erasure, threads)
    files = remove_files(media)
    with unit_of_work(durable=True):
        hold(threads)
        finding.waiting_in(threads).update(status="cancelled")
        if finding.is_in_hand(threads, at=at):
            return None
        known = Message.objects.filter(pk__in=ids).values_list("pk", "wamid")
        names = [wamid or str(pk) for pk, wamid in known]
        organization = Organization.objects.get(pk=erasure.organization_id)
        tombstones.lay(organization, message_names(names), at=at)
        PendingStatus.objects.filter(
            phone_number__organization=organization, wamid__in=names
        ).delete()
        answers = forget_answers(organization.pk, object_ids=[*ids, *_media_ids(media)])
        media.delete()
        gone = Message.objects.filter(pk__in=ids)
        count = gone.count()
        gone.delete()
        hit("erase.before_messages_commit")
    return {"messages": count, "files": files, "answers": answers}


def _media_ids(media: QuerySet[Media]) -> list[UUID]:
    return list(media.values_list("pk", flat=True))


def _events_batch(erasure: Erasure, threads: Sequence[UUID]) -> dict[str, int]:
    with unit_of_work(durable=True):
        count = forget_events(erasure.organization_id, threads)
    return {"events": count} if count else {}


def events_of(organization_id: UUID, threads: Sequence[UUID]) -> int:
    """Removes every event of these conversations; how many. Most have gone in batches before."""
    total = 0
    while count := forget_events(organization_id, threads):
        total += count
    return total


def above(
    organization_id: UUID, contact_ids: Collection[str], words: Collection[str]
) -> dict[str, int]:
    """Has the apps above forget this person, whose conversations are locked; how many rows of each.

    words: their addresses as `finding.words_of` has them. Of an app that has nothing, nothing.
    """
    counts = {}
    for what, name in settings.FORGETTERS.items():
        forget: Callable[[UUID, Collection[str], Collection[str]], int] = import_string(name)
        counts[what] = forget(organization_id, contact_ids, words)
    return {what: count for what, count in counts.items() if count}


def remove_files(media: QuerySet[Media]) -> int:
    """Removes the stored files of these rows, but for one that other rows have too; how many.

    Before the rows: a worker that dies in between leaves rows without files, never the reverse.
    """
    rows = list(media.values_list("pk", "path", "thumbnail", "sha256", "organization_id"))
    ids = [row[0] for row in rows]
    paths = {path for _pk, path, *_rest in rows if path}
    shared = set(
        Media.objects.filter(path__in=paths).exclude(pk__in=ids).values_list("path", flat=True)
    )
    place = store()
    for _pk, path, thumbnail, *_rest in rows:
        if path and path not in shared:
            for key in filter(None, (path, thumbnail)):
                place.delete(key)
    _forget_uploads(rows, ids)
    return len(paths - shared)


def _forget_uploads(rows: Sequence[tuple[UUID, str, str, str, UUID]], ids: Sequence[UUID]) -> None:
    """What Meta knows such a file by, unless another row still has the same one."""
    for organization_id in {row[4] for row in rows}:
        sums = {row[3] for row in rows if row[3] and row[4] == organization_id}
        others = Media.objects.filter(organization=organization_id, sha256__in=sums)
        kept = set(others.exclude(pk__in=ids).values_list("sha256", flat=True))
        MetaUpload.objects.filter(
            phone_number__organization=organization_id, sha256__in=sums - kept
        ).delete()


def strays(organization_id: UUID, wamids: Collection[str]) -> None:
    """What the raw log alone can tell to be theirs: the lines that they wrote in groups."""
    mine = Message.objects.filter(organization=organization_id, wamid__in=list(wamids))
    lines = mine.filter(conversation__contact=None)
    remove_files(Media.objects.filter(message__in=lines))
    shown = Conversation.objects.filter(last_message_id__in=lines.values("pk"))
    shown.update(last_message_preview="", last_message_id=None)
    lines.delete()


def parked_statuses(organization_id: UUID, wamids: Collection[str]) -> None:
    """Removes the statuses that wait for these messages."""
    PendingStatus.objects.filter(
        phone_number__organization=organization_id, wamid__in=list(wamids)
    ).delete()


def reactions_in_groups(organization_id: UUID, words: Sequence[str]) -> None:
    """Their reactions and receipts in groups, which name them by their address."""
    Reaction.objects.filter(conversation__organization=organization_id, who__in=words).delete()
    StatusEvent.objects.filter(
        message__organization=organization_id, participant__in=words
    ).delete()
    PendingStatus.objects.filter(
        phone_number__organization=organization_id, participant__in=words
    ).delete()


def remove_exports(organization_id: UUID, contact_ids: Sequence[str]) -> None:
    """Removes every export that may hold this person, and what is left of imports."""
    exports = Export.objects.filter(organization=organization_id, state=ExportState.READY)
    for export in exports.exclude(~Q(contact_id__in=contact_ids), kind="person"):
        remove_export(export)
    waiting = Export.objects.filter(organization=organization_id, state=ExportState.WAITING)
    waiting.filter(contact_id__in=contact_ids).update(state=ExportState.GONE, contact_id=None)
    # One that is being made now is not kept: its maker finds the claim gone. A list is made again.
    Export.objects.filter(organization=organization_id, claim_token__isnull=False).update(
        claim_token=None, lease_until=None
    )
    for one in ContactImport.objects.filter(organization=organization_id):
        remove_import(one)


def imports_run(organization_id: UUID) -> bool:
    """Whether the worker has a file of contacts in hand."""
    rows = ContactImport.objects.filter(organization=organization_id)
    return rows.filter(state__in=WORKERS_TURN).exists()


def remove_export(export: Export) -> None:
    """Removes its file; the row says that there was one."""
    if export.path:
        store().delete(export.path)
    Export.objects.filter(pk=export.pk).update(state=ExportState.GONE, path="", contact_id=None)


def remove_import(one: ContactImport) -> None:
    """Removes the files of an import and what it shows of them; the counts stay."""
    place = store()
    for key in filter(None, (one.path, one.rows_path, one.errors_path)):
        place.delete(key)
    one.faults.all().delete()
    ended = one.state in (ImportState.DONE, ImportState.FAILED)
    ContactImport.objects.filter(pk=one.pk).update(
        path="",
        rows_path="",
        errors_path="",
        filename="",
        headers=[],
        samples=[],
        state=one.state if ended else ImportState.FAILED,
        # Whoever has it in hand finds the claim gone, and keeps no file of it.
        claim_token=None,
        lease_until=None,
    )
