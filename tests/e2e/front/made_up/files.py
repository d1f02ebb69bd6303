"""Files: in bubbles, in the composer, in the gallery."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from inbox import file_shapes
from inbox.media_presentation import outline
from tests.e2e.front.made_up.basics import new_id

# One number for each twentieth of a second of somebody who says a sentence.
PEAKS = [3, 5, 12, 18, 25, 31, 28, 14, 6, 2, 4, 16, 22, 27, 19, 9] * 4


def media(kind: str, state: str = "ready", **values: Any) -> file_shapes.MediaView:
    ready = state == "ready"
    seen = kind in ("image", "video", "sticker")
    defaults: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "state": state,
        "url": f"/media/{kind}/" if ready else "",
        "filename": "",
        "mime_type": "",
        "size_text": "148 KB",
        "width": 384 if seen else None,
        "height": 288 if seen else None,
        "error": "",
        "thumbnail_url": f"/media/{'image' if kind == 'video' else kind}/thumbnail/"
        if ready and seen
        else "",
        "duration": {"voice": "0:05", "audio": "0:04", "video": "0:03"}.get(kind, ""),
        "duration_s": {"voice": 5.0, "audio": 4.0, "video": 3.0}.get(kind, 0),
        "outline": outline(PEAKS) if kind == "voice" else "",
        "keep": state,
        "playable": ready and kind in ("video", "voice", "audio"),
        "can_retry": state in ("failed", "expired"),
    }
    return file_shapes.MediaView(**(defaults | values))


def attachment(
    conversation: UUID, name: str, size: int = 151_552, *, voice: bool = False
) -> file_shapes.AttachmentView:
    """As the server shows it in the tray: by the end of its name."""
    end = name.rpartition(".")[2]
    icon = {"jpg": "image", "png": "image", "mp4": "video", "mp3": "music"}.get(end, "file-text")
    return file_shapes.AttachmentView(
        id=(key := new_id()),
        kind="voice" if voice else icon,
        icon="voice" if voice else icon,
        name="Voice note" if voice else name,
        meta=f"{max(1, size // 1024)} KB",
        thumbnail_url="/media/image/thumbnail/" if icon == "image" else "",
        may_have_caption=not voice and icon != "music",
        remove_url=f"/inbox/{conversation}/attachments/{key}/remove/",
    )


def gallery_item(kind: str, **values: Any) -> file_shapes.GalleryItem:
    label = {"image": "That's my door", "video": "Video", "audio": "Audio"}.get(kind, "Document")
    return file_shapes.GalleryItem(
        new_id(), media(kind, **values), label, "Dora", "20 November 2026, 10:42"
    )


def gallery_link(url: str) -> file_shapes.GalleryLink:
    return file_shapes.GalleryLink(
        new_id(), url, url.split("/")[2], "Dora", "20 November 2026, 10:42"
    )


LINKS = (
    gallery_link("https://track.example/4711"),
    gallery_link("https://example.org/a/very/long/path/that/never/ends/and/has/no/spaces?with=it"),
)


def gallery(conversation: UUID) -> file_shapes.Gallery:
    kinds = ("image", "video", "image", "image", "video")
    return file_shapes.Gallery(
        conversation_id=conversation,
        pictures=tuple(gallery_item(kind) for kind in kinds),
        documents=(
            gallery_item("document", filename="Rechnung 2026-11 – Kopie (wirklich final).pdf"),
            gallery_item("audio", filename="song.mp3"),
        ),
        links=LINKS,
    )


def gallery_page(conversation: UUID, tab: str, later: bool) -> file_shapes.GalleryPage:
    address = f"/inbox/{conversation}/media/"
    names = {"media": "Media", "documents": "Documents", "links": "Links"}
    kinds = ("image", "video", "image", "image") * 6 if tab == "media" else ("document",) * 5
    return file_shapes.GalleryPage(
        conversation_id=conversation,
        name="Dora Odhiambo",
        tab=tab,
        tabs=tuple(
            (key, label, f"{address}?tab={key}", key == tab) for key, label in names.items()
        ),
        items=()
        if tab == "links"
        else tuple(gallery_item(kind, filename=f"invoice {n}.pdf") for n, kind in enumerate(kinds)),
        links=LINKS if tab == "links" else (),
        more="" if later else f"{address}?tab={tab}&before=x",
    )
