"""Who writes, and a message as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from whatsapp.ids import Bsuid, WaId, Wamid
from whatsapp.inbound.content import MessageContent, UnsupportedContent


@dataclass(frozen=True, slots=True)
class WhatsAppUser:
    """A person, by every identifier the webhook gave. The username is a label, never a key."""

    wa_id: WaId | None = None
    bsuid: Bsuid | None = None
    parent_bsuid: Bsuid | None = None
    profile_name: str | None = None
    username: str | None = None
    identity_key_hash: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to find or make a contact by."""
        return bool(self.wa_id or self.bsuid or self.parent_bsuid)


NOBODY = WhatsAppUser()


@dataclass(frozen=True, slots=True)
class WebhookError:
    """An error object inside a webhook. code 0 when Meta gave none that can be read."""

    code: int
    title: str
    message: str
    details: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a message refers to. wamid and sender are None on a message only forwarded."""

    wamid: Wamid | None = None
    sender: str | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False
    catalog_id: str | None = None
    product_retailer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """The ad or post the customer came from."""

    source_type: str | None = None
    source_id: str | None = None
    source_url: str | None = None
    headline: str | None = None
    body: str | None = None
    media_type: str | None = None
    media_url: str | None = None
    thumbnail_url: str | None = None
    ctwa_clid: str | None = None
    welcome_message: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message between a person and a business number.

    user: always the customer, also where the message is an echo or outgoing history.
    at: aware, UTC; None when Meta's timestamp is absurd or missing.
    kind: text, image, video, audio, voice, document, sticker, location, contacts, interactive,
        button, reaction, order, edit, revoke, media_placeholder or unsupported.
    text: what a row in a list shows: body, caption, button text, title; else None.
    conversation_summary: what Meta's assistant wrote when it handed over.
    """

    wamid: Wamid
    user: WhatsAppUser
    at: datetime | None
    kind: str
    text: str | None
    content: MessageContent
    context: Context | None = None
    referral: Referral | None = None
    errors: tuple[WebhookError, ...] = ()
    group_id: str | None = None
    conversation_summary: str | None = None

    @property
    def unsupported_type(self) -> str | None:
        """Meta's word for content that cannot be shown; None when it can be."""
        if isinstance(self.content, UnsupportedContent):
            return self.content.unsupported_type
        return None
