"""Which files Meta has, by number: what a message needs is asked for, once more if it is forgotten.

A message whose file is not there yet has `awaits_files`: the outbox leaves it and what is behind
it in its conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.message_status import Status
from inbox.models import Media, MediaState, Message, MetaUpload, UploadState
from inbox.outgoing.file_ids import files_in
from webhooks.worker import wake
from whatsapp.errors import CloudApiError

# Meta keeps an upload for 30 days. A day is left for what waits in the queue.
FRESH: Final = timedelta(days=29)
# What Meta answers to a send when it no longer has the file (read 2026-09: an unknown id is
# 100/33 where it is asked for, and a failed upload or download where it is sent).
FORGOTTEN: Final = frozenset({131052, 131053})
UNKNOWN_ID: Final = (100, 33)


def is_fresh(upload: MetaUpload, *, at: datetime) -> bool:
    """Whether Meta still has it, as far as we know."""
    return (
        upload.state == UploadState.READY
        and upload.uploaded_at is not None
        and upload.uploaded_at > at - FRESH
    )


def ask_for(number_id: UUID, files: Iterable[Media], *, at: datetime) -> bool:
    """Has these files uploaded for a number where they are not; whether all are there already.

    Inside the caller's transaction. The row stays locked: an upload that is settled meanwhile
    then finds the message that waits for it.
    """
    missing = False
    # In one order, so that two messages with the same files cannot wait for each other.
    for sha256, mime_type in sorted({(file.sha256, file.mime_type) for file in files}):
        upload, _made = MetaUpload.objects.select_for_update().get_or_create(
            phone_number_id=number_id, sha256=sha256, mime_type=mime_type
        )
        if is_fresh(upload, at=at):
            continue
        missing = True
        if upload.state != UploadState.PENDING:
            _again(MetaUpload.objects.filter(pk=upload.pk))
    if missing:
        transaction.on_commit(lambda: wake("uploads"), robust=True)
    return not missing


def _again(rows: Any) -> None:
    rows.update(
        state=UploadState.PENDING, attempts=0, not_before=None, failure=None, claim_token=None
    )


def meta_ids(message: Message, *, at: datetime) -> Mapping[UUID, str] | Refused | None:
    """Meta's ids of the files of a message that is being claimed.

    None: one is not at Meta (any more); the message waits for it now. A refusal: its file is gone.
    """
    ids = files_in(message.payload)
    if not ids:
        return {}
    files = list(ready(ids))
    if len(files) < len(ids):
        return gone()
    uploads = known(message.phone_number_id, files)
    found = {
        file.pk: upload.meta_media_id
        for file in files
        if (upload := uploads.get((file.sha256, file.mime_type))) and is_fresh(upload, at=at)
    }
    if len(found) == len(ids):
        return found
    ask_for(message.phone_number_id, files, at=at)
    Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(awaits_files=True)
    return None


def ready(ids: Iterable[UUID]) -> Iterable[Media]:
    """Those of these files that are here."""
    return Media.objects.filter(pk__in=list(ids), state=MediaState.READY)


def gone() -> Refused:
    """One is not here any more."""
    return Refused("MEDIA_NOT_FOUND", _("The file is no longer here. Attach it again."))


def known(number_id: UUID, files: Iterable[Media]) -> dict[tuple[str, str], MetaUpload]:
    """Their uploads for a number, by hash and MIME type."""
    rows = MetaUpload.objects.filter(
        phone_number_id=number_id, sha256__in=[file.sha256 for file in files]
    )
    return {(row.sha256, row.mime_type): row for row in rows}


def is_forgotten(error: CloudApiError) -> bool:
    """Whether this answer to the send of a file can mean that Meta no longer has it."""
    return error.code in FORGOTTEN or (error.code, error.subcode) == UNKNOWN_ID


def renew(message: Message, error: CloudApiError) -> bool:
    """Meta refused a message because it does not know its file: once, the file goes there again.

    Whether it does: then the message waits in the queue, and nothing else is to be done.
    """
    ids = files_in(message.payload)
    if not ids or not is_forgotten(error) or message.files_renewed:
        return False
    files = list(ready(ids))
    _again(
        MetaUpload.objects.filter(
            phone_number_id=message.phone_number_id,
            sha256__in=[file.sha256 for file in files],
            state=UploadState.READY,
        )
    )
    Message.objects.filter(pk=message.pk).update(
        status=Status.QUEUED,
        awaits_files=True,
        files_renewed=True,
        claim_token=None,
        lease_until=None,
    )
    transaction.on_commit(lambda: wake("uploads"), robust=True)
    return True
