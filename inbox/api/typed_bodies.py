"""One body per type, its content flat (section 4.8): /messages/image, /messages/buttons, …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal

from typing_extensions import override

from inbox import outgoing
from inbox.api.bodies import COMMON_ALIASES, RECEIVER_ALIASES, CommonIn, Receiver
from inbox.api.contents import (
    Built,
    FileContent,
    InteractiveContent,
    LocationIn,
    MediaIn,
    ReactionContent,
    contacts_content,
    file_content,
    location_content,
)

ALIASES: Final = {**COMMON_ALIASES, **RECEIVER_ALIASES}


class _Flat(Receiver, CommonIn):
    ALIASES: ClassVar[Mapping[str, str]] = ALIASES


class _FileIn(_Flat):
    ALIASES: ClassVar[Mapping[str, str]] = {**ALIASES, "url": "link", "id": "media_id"}
    KIND: ClassVar[str] = "media"

    link: str | None = None
    media_id: str | None = None
    caption: str = ""

    def content(self) -> FileContent:
        """The file."""
        return file_content(self.KIND, MediaIn(**self._given()))

    def _given(self) -> dict[str, Any]:
        return {"id": self.media_id, "link": self.link, "caption": self.caption}


class ImageMessageIn(_FileIn):
    """POST /messages/image."""

    KIND = "image"


class VideoMessageIn(_FileIn):
    """POST /messages/video."""

    KIND = "video"


class AudioMessageIn(_FileIn):
    """POST /messages/audio."""

    KIND = "audio"
    voice: bool = False

    @override
    def _given(self) -> dict[str, Any]:
        return {"id": self.media_id, "link": self.link, "voice": self.voice}


class VoiceMessageIn(_FileIn):
    """POST /messages/voice: OGG/Opus, or what ffmpeg can make of it."""

    KIND = "voice"


class StickerMessageIn(_FileIn):
    """POST /messages/sticker."""

    KIND = "sticker"


class DocumentMessageIn(_FileIn):
    """POST /messages/document."""

    KIND = "document"
    filename: str = ""

    @override
    def _given(self) -> dict[str, Any]:
        return {**super()._given(), "filename": self.filename}


class MediaMessageIn(_FileIn):
    """POST /messages/media: the type is named beside the file."""

    type: Literal["image", "document", "audio", "video"]
    filename: str = ""

    @override
    def _given(self) -> dict[str, Any]:
        return {**super()._given(), "filename": self.filename, "type": self.type}


class LocationMessageIn(_Flat):
    """POST /messages/location."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""

    def content(self) -> Built:
        """The place."""
        return location_content(
            LocationIn(
                latitude=self.latitude,
                longitude=self.longitude,
                name=self.name,
                address=self.address,
            )
        )


class ContactsMessageIn(_Flat):
    """POST /messages/contacts."""

    contacts: list[Any]

    def content(self) -> Built:
        """The cards."""
        return contacts_content(self.contacts)


class ReactionMessageIn(_Flat):
    """POST /messages/reaction: the receiver may be left out, the message names the thread."""

    message_id: str
    emoji: str

    def content(self) -> ReactionContent:
        """The reaction."""
        return ReactionContent(self.message_id, self.emoji)


class InteractiveMessageIn(_Flat):
    """POST /messages/interactive: Meta's object."""

    interactive: dict[str, Any]

    def content(self) -> InteractiveContent:
        """The object."""
        return InteractiveContent(self.interactive)


class _WordsIn(_Flat):
    body_text: str
    header_text: str = ""
    footer_text: str = ""

    @property
    def frame(self) -> dict[str, str]:
        """Header and footer."""
        return {"header": self.header_text, "footer": self.footer_text}


class ButtonsMessageIn(_WordsIn):
    """POST /messages/buttons."""

    buttons: list[dict[str, Any]]

    def content(self) -> Built:
        """One to three buttons."""
        return Built(lambda: outgoing.buttons(self.body_text, self.buttons, **self.frame))


class ListMessageIn(_WordsIn):
    """POST /messages/list."""

    button_text: str
    sections: list[dict[str, Any]]

    def content(self) -> Built:
        """A list to choose from."""
        return Built(
            lambda: outgoing.choices(self.body_text, self.button_text, self.sections, **self.frame)
        )


class CtaMessageIn(_WordsIn):
    """POST /messages/cta."""

    display_text: str
    url: str

    def content(self) -> Built:
        """A button that leads to a page."""
        return Built(
            lambda: outgoing.link(self.body_text, self.display_text, self.url, **self.frame)
        )


class FlowMessageIn(_WordsIn):
    """POST /messages/flow."""

    flow_id: str | None = None
    flow_name: str | None = None
    flow_cta: str
    flow_token: str | None = None
    flow_action: Literal["navigate", "data_exchange"] | None = None
    screen: str | None = None
    data: dict[str, Any] | None = None
    mode: Literal["published", "draft"] | None = None

    def content(self) -> Built:
        """A form of Meta's."""
        return Built(lambda: outgoing.flow(self.body_text, self._parameters(), **self.frame))

    def _parameters(self) -> dict[str, Any]:
        names = ("flow_id", "flow_name", "flow_cta", "flow_token", "flow_action", "mode")
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        if self.screen is not None:
            given.setdefault("flow_action", "navigate")
            opened: dict[str, Any] = {"screen": self.screen}
            given["flow_action_payload"] = opened | ({"data": self.data} if self.data else {})
        return given


Typed = (
    ImageMessageIn
    | VideoMessageIn
    | AudioMessageIn
    | VoiceMessageIn
    | StickerMessageIn
    | DocumentMessageIn
    | MediaMessageIn
    | LocationMessageIn
    | ContactsMessageIn
    | ReactionMessageIn
    | InteractiveMessageIn
    | ButtonsMessageIn
    | ListMessageIn
    | CtaMessageIn
    | FlowMessageIn
)
