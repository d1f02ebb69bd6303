"""What shows files: in bubbles, in the composer, in the gallery of a thread."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MediaView:
    """A file in a bubble. kind: image, video, audio, voice, document, sticker."""

    id: UUID
    kind: str
    state: str  # pending, ready, failed, expired
    url: str  # "/media/<id>/" when ready
    filename: str
    mime_type: str
    size_text: str  # "48 KB"
    width: int | None  # as it is shown in a bubble, CSS pixels
    height: int | None
    error: str  # a sentence: why it is not there
    thumbnail_url: str = ""  # "" when no thumbnail could be made: then it is shown as a document
    playable: bool = False  # sound and video that a browser can play
    animated: bool = False
    duration: str = ""  # "0:05"
    duration_s: float = 0
    outline: str = ""  # of a sound: an SVG path in a box of 192 by 32
    warning: str = ""
    can_retry: bool = False
    keep: str = ""  # a swap of the bubble leaves the file alone while this stays the same


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file in the composer, before it is sent. note: what somebody should know, or ""."""

    id: UUID
    kind: str
    icon: str
    name: str
    meta: str  # "48 KB", "0:05"
    thumbnail_url: str
    may_have_caption: bool
    remove_url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One file of a thread, and the message it came with. label: its alternative text."""

    message_id: UUID
    media: MediaView
    label: str
    sender_name: str
    exact_time: str


@dataclass(frozen=True, slots=True)
class GalleryLink:
    """An address that somebody wrote. host: what is shown large."""

    message_id: UUID
    url: str
    host: str
    sender_name: str
    exact_time: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """The newest files and links of a thread, for the panel."""

    conversation_id: UUID
    pictures: tuple[GalleryItem, ...]
    documents: tuple[GalleryItem, ...]
    links: tuple[GalleryLink, ...]


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One tab of all files of a thread, newest first. tab: media, documents, links.

    tabs: (key, label, address, is current). more: the address of the next page, or "".
    """

    conversation_id: UUID
    name: str
    tab: str
    tabs: tuple[tuple[str, str, str, bool], ...]
    items: tuple[GalleryItem, ...]
    links: tuple[GalleryLink, ...]
    more: str
