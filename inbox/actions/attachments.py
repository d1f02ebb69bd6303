"""Files that go out: put into a thread, sent with a message, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import transactional
from accounts.ids import new_id
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from inbox.actions.at_meta import ask_for
from inbox.actions.media import kept
from inbox.file_names import download_name
from inbox.media_storage import store, work_folder
from inbox.models import Conversation, Media, MediaState, Message
from inbox.outgoing.file_ids import file_id, files_in, with_ids
from inbox.taking_in import Given, Taken, taken
from webhooks.failpoints import hit
from whatsapp.outbound import MEDIA_KINDS


def attach(
    given: Given,
    *,
    number: PhoneNumber,
    by: Actor,
    at: datetime,
    conversation: Conversation | None = None,
    upload_now: bool = True,
) -> Media:
    """Keeps a file to be sent, and has it uploaded; the row is an attachment until then.

    conversation: the thread it was put into; None for a file that is sent by its id later.
    upload_now: False leaves it until a number sends it. Not one transaction: the file is looked
    at and stored first. Refuses: MEDIA_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, VALIDATION_ERROR.
    """
    media = Media(
        id=new_id(),
        organization_id=number.organization_id,
        phone_number=number,
        direction="outbound",
        conversation=conversation,
        uploaded_by_id=by.id,
        touched_at=at,
        state=MediaState.READY,
        declared_mime_type=given.declared[:120],
        filename=download_name(given.filename, otherwise="")[:255],
    )
    with work_folder(f"{media.pk}.given") as folder:
        _describe(media, taken(given, folder))
    hit("attachment.kept_before_commit")
    _keep(media, upload_now=upload_now, at=at)
    return media


def _describe(media: Media, file: Taken) -> None:
    facts: dict[str, Any] = {
        "kind": file.kind,
        "voice": file.kind == "voice",
        "mime_type": file.mime_type,
        "size": file.size,
        "sha256": file.sha256,
        **kept(media, file.path, file.seen),
    }
    for name, value in facts.items():
        setattr(media, name, value)


@transactional
def _keep(media: Media, *, upload_now: bool, at: datetime) -> None:
    media.save(force_insert=True)
    if upload_now:
        ask_for(media.phone_number_id, [media], at=at)


@transactional
def remove(media_id: UUID) -> None:
    """Throws an attachment away that was not sent; one that was, or is gone, stays as it is."""
    media = Media.objects.filter(pk=media_id, direction="outbound", message=None).first()
    if media is not None:
        forget(media)


def forget(media: Media) -> None:
    """Deletes an unsent row, and its file once nobody else has it. Call inside `@transactional`."""
    gone, _by_table = Media.objects.filter(pk=media.pk, message=None).delete()
    if gone:
        transaction.on_commit(_file_remover(media.path, media.thumbnail), robust=True)


def _file_remover(path: str, thumbnail: str) -> Callable[[], None]:
    def remove_file() -> None:
        if path and not Media.objects.filter(path=path).exists():
            for key in filter(None, (path, thumbnail)):
                store().delete(key)

    return remove_file


def put_files(message: Message, shown: UUID | None, *, at: datetime) -> Media | None:
    """Has the files in a message's payload uploaded; the row to be `give`n to it once it is saved.

    shown: the file that its bubble shows. One that belongs to another message already, or is sent
    by its id, goes through a row of its own. Refuses: MEDIA_NOT_FOUND.
    """
    ids = files_in(message.payload)
    if not ids:
        return None
    rows = Media.objects.select_for_update().filter(
        pk__in=ids, organization_id=message.organization_id, state=MediaState.READY
    )
    files = {row.pk: row for row in rows.order_by("pk")}
    if len(files) < len(ids):
        raise Refused("MEDIA_NOT_FOUND", _("The file is no longer here. Attach it again."))
    Media.objects.filter(pk__in=ids, direction="outbound", message=None).update(touched_at=at)
    if message.type == "template":
        # The files of its cards belong to it without being its one file: nobody throws them away.
        others = [one for one in ids if one != shown]
        Media.objects.filter(pk__in=others, message=None).update(touched_at=None)
    message.awaits_files = not ask_for(message.phone_number_id, files.values(), at=at)
    if shown not in files:
        return None
    file = files[shown]
    if file.message_id is None and file.conversation_id == message.conversation_id:
        return file
    return _twin(message, file)


def own_file(message: Message, shown: UUID | None) -> Media | None:
    """A row of the file that a message shows which goes nowhere, to be `give`n; no upload."""
    if shown is None:
        return None
    ready = Media.objects.filter(organization_id=message.organization_id, state=MediaState.READY)
    file = ready.filter(pk=shown).first()
    return _twin(message, file) if file is not None else None


def _twin(message: Message, file: Media) -> Media:
    """A second row of the same stored file, with its own id in the message."""
    twin = Media.objects.get(pk=file.pk)
    twin.pk, twin.message, twin.direction = new_id(), None, "outbound"
    message.payload = with_ids(message.payload, {file.pk: file_id(twin.pk)})
    media = message.content.get("media") or {}
    if media.get("id") == str(file.pk):
        message.content = {**message.content, "media": {**media, "id": str(twin.pk)}}
    return twin


def give(message: Message, file: Media) -> None:
    """The file belongs to this message from now on."""
    file.message, file.conversation_id = message, message.conversation_id
    if message.type in MEDIA_KINDS:  # a picture may go as a document
        file.kind, file.voice = message.type, message.type == "voice"
    file.phone_number_id = message.phone_number_id
    file.save()
