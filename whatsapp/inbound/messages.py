"""Messages and system notices of the field `messages`."""

from typing import Any

from whatsapp.ids import Wamid
from whatsapp.inbound.contents import read_content, shown_text
from whatsapp.inbound.message import Context, InboundMessage, Referral, WebhookError, WhatsAppUser
from whatsapp.inbound.people import People, bsuid, user, wa_id
from whatsapp.inbound.reading import (
    Broken,
    errors,
    long_text,
    maybe_id,
    maybe_obj,
    moment,
    obj,
    text,
    wamid,
)
from whatsapp.inbound.types import SystemNotice

USER_ID_CHANGED = "user_changed_user_id"


def inbound_message(
    raw: Any,
    people: People,
    *,
    summary: str | None = None,
    value_errors: tuple[WebhookError, ...] = (),
) -> InboundMessage | SystemNotice:
    """A message of `value.messages`. Raises: Broken without an id or without a sender.

    summary: of Meta's assistant, from beside the messages. value_errors: explain a message that
    came without its content.
    """
    message = obj(raw, "message")
    if message.get("type") == "system":
        return _system_notice(message)
    sender = people.join(writer(message))
    if not sender.is_known:
        raise Broken("no sender")
    return read_message(message, sender, summary=summary, value_errors=value_errors)


def read_message(
    message: dict[str, Any],
    person: WhatsAppUser,
    *,
    summary: str | None = None,
    value_errors: tuple[WebhookError, ...] = (),
) -> InboundMessage:
    """A message in either direction, between us and `person`. Raises: Broken without an id."""
    kind, content = read_content(message)
    own_errors = errors(message.get("errors"))
    return InboundMessage(
        wamid=wamid(message.get("id")),
        user=person,
        at=moment(message.get("timestamp")),
        kind=kind,
        text=shown_text(content),
        content=content,
        context=_context(message.get("context")),
        referral=_referral(message.get("referral")),
        errors=own_errors or (value_errors if lacks_content(message) else ()),
        group_id=maybe_id(message.get("group_id")),
        conversation_summary=summary,
    )


def lacks_content(message: Any) -> bool:
    """Whether the object that the type announces is missing."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    return message["type"] != "unsupported" and message["type"] not in message


def writer(message: dict[str, Any]) -> WhatsAppUser:
    """Who wrote an incoming message, by the identifiers on the message itself."""
    return user(
        message.get("from"), message.get("from_user_id"), message.get("from_parent_user_id")
    )


def summary_of(context: Any) -> str | None:
    """The text of a `conversation_context`."""
    return long_text(maybe_obj(maybe_obj(context).get("summary")).get("text"))


def user_id_update(raw: Any) -> SystemNotice:
    """A changed BSUID in the shape of early 2026, which came without a message."""
    update = obj(raw, "user_id_update")
    ids, parents = maybe_obj(update.get("user_id")), maybe_obj(update.get("parent_user_id"))
    return _known_change(
        SystemNotice(
            wamid=None,
            at=moment(update.get("timestamp")),
            kind=USER_ID_CHANGED,
            old_wa_id=wa_id(update.get("wa_id")),
            old_bsuid=bsuid(ids.get("previous")),
            new_bsuid=bsuid(ids.get("current")),
            old_parent_bsuid=bsuid(parents.get("previous")),
            new_parent_bsuid=bsuid(parents.get("current")),
            body=long_text(update.get("detail")),
        )
    )


def _system_notice(message: dict[str, Any]) -> SystemNotice:
    system = obj(message.get("system"), "system")
    return _known_change(
        SystemNotice(
            wamid=wamid(message.get("id")),
            at=moment(message.get("timestamp")),
            kind=text(system.get("type"), 64) or "",
            old_wa_id=wa_id(message.get("from")),
            new_wa_id=wa_id(system.get("wa_id")) or wa_id(system.get("new_wa_id")),
            old_bsuid=bsuid(system.get("previous_user_id")) or bsuid(message.get("from_user_id")),
            new_bsuid=bsuid(system.get("user_id")),
            old_parent_bsuid=bsuid(system.get("previous_parent_user_id")),
            new_parent_bsuid=bsuid(system.get("parent_user_id")),
            body=long_text(system.get("body")),
        )
    )


def _known_change(notice: SystemNotice) -> SystemNotice:
    ids = (notice.old_wa_id, notice.new_wa_id, notice.old_bsuid, notice.new_bsuid)
    if not any(ids):
        raise Broken("a system notice that names nobody")
    return notice


def _context(raw: Any) -> Context | None:
    if not isinstance(raw, dict) or not raw:
        return None
    product = maybe_obj(raw.get("referred_product"))
    quoted = maybe_id(raw.get("id"))
    return Context(
        wamid=Wamid(quoted) if quoted else None,
        sender=maybe_id(raw.get("from")),
        forwarded=raw.get("forwarded") is True,
        frequently_forwarded=raw.get("frequently_forwarded") is True,
        catalog_id=maybe_id(product.get("catalog_id")),
        product_retailer_id=maybe_id(product.get("product_retailer_id")),
    )


def _referral(raw: Any) -> Referral | None:
    if not isinstance(raw, dict) or not raw:
        return None
    return Referral(
        source_type=text(raw.get("source_type"), 64),
        source_id=maybe_id(raw.get("source_id")),
        source_url=text(raw.get("source_url"), 4096),
        headline=text(raw.get("headline")),
        body=long_text(raw.get("body")),
        media_type=text(raw.get("media_type"), 64),
        media_url=text(raw.get("image_url"), 4096) or text(raw.get("video_url"), 4096),
        thumbnail_url=text(raw.get("thumbnail_url"), 4096),
        ctwa_clid=text(raw.get("ctwa_clid")),
        welcome_message=long_text(maybe_obj(raw.get("welcome_message")).get("text")),
        ref=text(raw.get("ref")),
    )
