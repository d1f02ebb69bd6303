"""Files as people see them: in a bubble, in the gallery. No queries here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from inbox import fetching, wording
from inbox.file_names import download_name, is_active
from inbox.file_shapes import AttachmentView, MediaView
from inbox.file_types import INLINE
from inbox.models import Media, MediaState
from whatsapp.outbound import KINDS_WITH_CAPTION

LARGEST_SHOWN: Final = (384, 352)  # CSS pixels


def media_view(media: Media) -> MediaView:
    """The file of a bubble, or of a line of the gallery."""
    ready = media.state == MediaState.READY
    name = download_name(media.filename, otherwise="")
    width, height = fitted(media.width, media.height)
    return MediaView(
        id=media.pk,
        kind=media.kind,
        state=media.state,
        url=f"/media/{media.pk}/" if ready else "",
        filename=name,
        mime_type=media.mime_type or media.declared_mime_type,
        size_text=wording.size_text(media.size),
        width=width,
        height=height,
        error="" if ready else sentence(media),
        thumbnail_url=f"/media/{media.pk}/thumbnail/" if ready and media.thumbnail else "",
        playable=ready and media.mime_type in INLINE,
        animated=media.animated,
        duration=length_text(media.duration_ms),
        duration_s=(media.duration_ms or 0) / 1000,
        outline=outline(media.peaks),
        warning=_("This file can run as a program or a page. Open it only if you expected it.")
        if is_active(media.filename)
        else "",
        can_retry=not ready and bool(media.meta_media_id) and _has_missed(media),
        keep=media.state if not _is_late(media) else "late",
    )


def attachment_view(media: Media, *, wished_voice: bool = False) -> AttachmentView:
    """The chip of a file in the composer. wished_voice: it was recorded to be a voice note."""
    names = {
        "image": _("Picture"),
        "video": _("Video"),
        "audio": _("Sound"),
        "voice": _("Voice note"),
        "sticker": _("Sticker"),
    }
    length = length_text(media.duration_ms)
    spoken = media.kind == "voice"
    return AttachmentView(
        id=media.pk,
        kind=media.kind,
        icon=media.kind,
        name=names["voice"]
        if spoken
        else download_name(media.filename, otherwise=names.get(media.kind, _("Document"))),
        meta=" · ".join(filter(None, (length, wording.size_text(media.size)))),
        thumbnail_url=f"/media/{media.pk}/thumbnail/" if media.thumbnail else "",
        may_have_caption=media.kind in KINDS_WITH_CAPTION,
        remove_url=reverse("inbox:remove_attachment", args=[media.conversation_id, media.pk]),
        note=_("Goes as a sound: this server cannot make voice notes (ffmpeg is missing).")
        if wished_voice and not spoken
        else "",
    )


def _has_missed(media: Media) -> bool:
    return media.state != MediaState.PENDING or _is_late(media)


def _is_late(media: Media) -> bool:
    """On its way, and has failed often enough that people should know."""
    return media.state == MediaState.PENDING and media.attempts > 1 and bool(media.error)


def sentence(media: Media) -> str:
    """Why the file is not here, and what happens next; "" while it is simply on its way."""
    if media.state == MediaState.EXPIRED:
        return _("WhatsApp keeps files for seven days, and this one was not fetched in time.")
    if media.state == MediaState.PENDING and not _is_late(media):
        return ""
    if not media.meta_media_id and media.error:
        return media.error  # there never was a file: these are Meta's own words
    unforeseen = _("Something went wrong on our side.")
    told = {
        fetching.NO_TOKEN: _("The number has no valid access token. An admin can enter one."),
        fetching.UNREACHABLE: _("WhatsApp could not be reached."),
        fetching.REFUSED: _("WhatsApp did not hand it out."),
        fetching.TOO_LARGE: _("It is larger than 100 MB. Ask for it another way."),
        fetching.CORRUPT: _("It arrives damaged. Ask the customer to send it again."),
        fetching.DISK: _("There is no room to keep it. An admin has to look at the storage."),
        fetching.GONE: _("WhatsApp no longer has it. Ask the customer for it again."),
        "": _("WhatsApp sent no file. Ask the customer for it again."),
    }.get(media.error, unforeseen)  # rows of earlier versions hold names of our classes
    if media.state == MediaState.PENDING:
        return _("%(why)s It is tried again by itself.") % {"why": told}
    return told


def fitted(width: int | None, height: int | None) -> tuple[int | None, int | None]:
    """The size in a bubble: in proportion, in a box of 384 by 352, never larger than it is."""
    if not width or not height:
        return None, None
    scale = min(1, LARGEST_SHOWN[0] / width, LARGEST_SHOWN[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def length_text(duration_ms: int | None) -> str:
    """ "0:05", "61:40"; "" when it is not known."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes}:{seconds:02}"


def outline(peaks: Sequence[int]) -> str:
    """The outline of a sound as an SVG path of vertical lines in a box of 192 by 32; "" for none.

    peaks: numbers of 0 to 31.
    """
    halves = (max(1, peak // 2) for peak in peaks)
    return "".join(f"M{3 * n + 1} {16 - half}v{2 * half}" for n, half in enumerate(halves))
