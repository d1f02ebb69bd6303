"""Messages from before: stored with the status they had; nothing is sent and nobody is told."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.actors import Actor
from accounts.events import announce, transactional
from inbox.actions.guards import Guards
from inbox.actions.media import kept
from inbox.actions.outgoing_rows import row_of
from inbox.actions.threads import locked, show_newest
from inbox.media_download import checksum_of, type_of
from inbox.media_previews import preview
from inbox.media_storage import work_folder
from inbox.message_status import Status, rank
from inbox.models import Media, MediaState, Message
from inbox.outgoing import Outgoing


@transactional
def import_outbound(
    conversation_id: UUID,
    outgoing: Outgoing,
    *,
    by: Actor,
    at: datetime,
    status: Status,
    wamid: str,
    owner_epoch: int | None = None,
    campaign_id: UUID | None = None,
    failure: Mapping[str, Any] | None = None,
) -> Message:
    """One message of ours that was sent earlier. Opens no window, calls nobody.

    failure: of one that Meta could not deliver, as `Message.failure` has it.
    """
    conversation = locked(conversation_id)
    guards = Guards(owner_epoch=owner_epoch)
    message = row_of(conversation, outgoing, by=by, at=at, guards=guards)
    message.wamid, message.campaign_id = wamid, campaign_id
    message.status, message.status_rank = status, rank(status)
    message.accepted_at = message.sent_at = at
    message.delivered_at = at if rank(status) >= rank(Status.DELIVERED) else None
    message.read_at = at if rank(status) >= rank(Status.READ) else None
    if failure is not None:
        message.failed_at, message.failure = at, dict(failure)
    message.save(force_insert=True)
    conversation.last_queued_id = message.pk
    conversation.last_outbound_at = at
    conversation.message_count += 1
    show_newest(conversation, message, preview=outgoing.preview)
    conversation.save()
    announce(
        "message.queued",
        conversation.organization_id,
        by=by,
        at=at,
        conversation_id=conversation.pk,
        ids=[message.pk],
        type=message.type,
    )
    return message


def import_file(media_id: UUID, source: Path) -> None:
    """The bytes of a file that came with a message are at hand already: nothing is fetched."""
    media = Media.objects.get(pk=media_id)
    with work_folder(f"{media.pk}.import") as folder:
        file = Path(shutil.copy(source, folder / "file"))
        mime_type = type_of(file, media.declared_mime_type)
        values = kept(media, file, preview(file, mime_type=mime_type, folder=folder))
    Media.objects.filter(pk=media.pk).update(
        state=MediaState.READY,
        size=source.stat().st_size,
        sha256=checksum_of(source),
        mime_type=mime_type,
        **values,
    )
