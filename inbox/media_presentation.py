"""Files as people see them: in a bubble, in the gallery. No queries here."""

from __future__ import annotations

from inbox import wording
from inbox.models import Media
from inbox.shapes import MediaView


def media_view(media: Media) -> MediaView:
    """The file of a bubble."""
    return MediaView(
        id=media.pk,
        kind=media.kind,
        state=media.state,
        url=f"/media/{media.pk}/" if media.state == "ready" else "",
        filename=media.filename,
        mime_type=media.mime_type or media.declared_mime_type,
        size_text=wording.size_text(media.size),
        width=media.width,
        height=media.height,
        error=media.error,
    )
