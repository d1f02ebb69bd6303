"""What the composer posts, as messages: files in their order, and the text where it belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from inbox import outgoing
from inbox.models import Media
from inbox.outgoing import FileFacts, Outgoing
from whatsapp.outbound import KINDS_WITH_CAPTION


def messages_of(text: str, files: Sequence[Media], captions: Mapping[UUID, str]) -> list[Outgoing]:
    """One message for each file, in this order.

    The text is the caption of a single file that may have one and has none of its own; else it is
    a message before the files. Refuses: VALIDATION_ERROR (text, caption).
    """
    if not files:
        return [outgoing.text(text)]
    own = {file.pk: captions.get(file.pk, "") for file in files}
    only = files[0] if len(files) == 1 else None
    if only is not None and only.kind in KINDS_WITH_CAPTION and not own[only.pk].strip():
        own[only.pk], text = text, ""
    before = [outgoing.text(text)] if text.strip() else []
    return [*before, *(_file(file, own[file.pk]) for file in files)]


def _file(file: Media, caption: str) -> Outgoing:
    return outgoing.file(facts_of(file), caption=caption if caption.strip() else "")


def facts_of(file: Media) -> FileFacts:
    """What the builders need to know of a stored file."""
    return FileFacts(file.pk, file.kind, file.mime_type, file.filename)
