"""The files that somebody has put into the composer and not sent yet."""

from __future__ import annotations

from accounts.models import Person
from inbox.file_shapes import AttachmentView
from inbox.media_presentation import attachment_view
from inbox.models import Conversation, Media, MediaState

MOST = 30


def attachments_of(person: Person, conversation: Conversation) -> tuple[AttachmentView, ...]:
    """This person's in this conversation, oldest first, at most 30. One query."""
    waiting = Media.objects.filter(
        conversation=conversation,
        direction="outbound",
        message=None,
        uploaded_by_id=person.pk,
        state=MediaState.READY,
    )
    return tuple(attachment_view(one) for one in waiting.order_by("pk")[:MOST])
