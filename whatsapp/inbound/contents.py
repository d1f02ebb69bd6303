"""The content of a message, one reader per type of Meta. Readers raise Broken."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from whatsapp.inbound.cards import contact_cards
from whatsapp.inbound.content import (
    ButtonTap,
    ContactCards,
    Edit,
    Interactive,
    Location,
    MediaPlaceholder,
    MediaRef,
    MessageContent,
    Order,
    OrderLine,
    Reaction,
    Revoke,
    Text,
    UnsupportedContent,
)
from whatsapp.inbound.reading import (
    Broken,
    flag,
    long_text,
    maybe_id,
    maybe_obj,
    moment,
    money,
    number,
    obj,
    objects,
    text,
    wamid,
    whole,
)

Reader = Callable[[Any], MessageContent]

UNSUPPORTED = "unsupported"


def read_content(message: dict[str, Any]) -> tuple[str, MessageContent]:
    """Kind and content of a message. What cannot be read becomes UnsupportedContent.

    It is still a message of a customer: it has to be seen, and it opens the window.
    """
    declared = message.get("type")
    if declared in ("edit", "revoke"):
        kind, content = _changed(message, declared)
    else:
        kind, content = _plain(message)
    if isinstance(content, UnsupportedContent):
        content = replace(content, raw=message)
    return kind, content


def shown_text(content: MessageContent) -> str | None:
    """What a row in a list shows of a message."""
    match content:
        case Text(body=shown) | ButtonTap(text=shown) | Order(text=shown) | Edit(text=shown):
            return shown
        case MediaRef(caption=shown) | Interactive(title=shown) | Reaction(emoji=shown):
            return shown
        case Location(name=name, address=address):
            return name or address
        case ContactCards(cards=cards):
            return ", ".join(card.name for card in cards if card.name) or None
        case MediaPlaceholder() | Revoke() | UnsupportedContent():
            return None


def _changed(message: dict[str, Any], declared: str) -> tuple[str, MessageContent]:
    try:
        change = obj(message.get(declared), declared)
        original = wamid(change.get("original_message_id"), "original_message_id")
        if declared == "revoke":
            return declared, Revoke(original)
        return declared, _edit(original, obj(change.get("message"), "message"))
    except Broken as fault:
        return UNSUPPORTED, UnsupportedContent(declared, str(fault))


def _edit(original: Any, message: dict[str, Any]) -> Edit:
    # Read without edit and revoke: an edit of an edit of an edit would nest without end.
    kind, content = _plain(message)
    return Edit(original, kind, shown_text(content), content)


def _plain(message: dict[str, Any]) -> tuple[str, MessageContent]:
    declared = message.get("type")
    word = text(declared, 64) or ""
    reader = READERS.get(word)
    if reader is None:
        return UNSUPPORTED, _unsupported(word, message)
    try:
        content = reader(message.get(word))
    except Broken as fault:
        content = UnsupportedContent(word, str(fault))
    return _kind(word, content), content


def _kind(word: str, content: MessageContent) -> str:
    if isinstance(content, UnsupportedContent):
        return UNSUPPORTED
    if isinstance(content, MediaRef) and content.voice:
        return "voice"
    return word


def _unsupported(word: str, message: dict[str, Any]) -> UnsupportedContent:
    if word != UNSUPPORTED:
        return UnsupportedContent(word, None if word else "type is missing")
    return UnsupportedContent(text(maybe_obj(message.get(UNSUPPORTED)).get("type"), 64) or "")


def _text(raw: Any) -> Text:
    body = obj(raw, "text").get("body")
    if not isinstance(body, str):
        raise Broken("text.body is not a string")
    return Text(long_text(body) or "")


def _media(kind: str) -> Reader:
    def read(raw: Any) -> MediaRef:
        file = obj(raw, kind)
        mime_type, _, parameters = (text(file.get("mime_type"), 256) or "").partition(";")
        return MediaRef(
            media_id=maybe_id(file.get("id")),
            mime_type=mime_type.strip().lower() or "application/octet-stream",
            parameters=parameters.strip(),
            sha256=text(file.get("sha256"), 128),
            caption=long_text(file.get("caption")),
            filename=text(file.get("filename")),
            voice=kind == "voice" or (kind == "audio" and file.get("voice") is True),
            animated=file.get("animated") is True,
            url=text(file.get("url"), 4096),
        )

    return read


def _location(raw: Any) -> Location:
    place = obj(raw, "location")
    latitude, longitude = number(place.get("latitude")), number(place.get("longitude"))
    if latitude is None or longitude is None or not _on_earth(latitude, longitude):
        raise Broken("location without usable coordinates")
    return Location(
        latitude,
        longitude,
        name=text(place.get("name")),
        address=text(place.get("address")),
        url=text(place.get("url"), 4096),
    )


def _on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def _interactive(raw: Any) -> Interactive | UnsupportedContent:
    whole_answer = obj(raw, "interactive")
    kind = text(whole_answer.get("type"), 64) or ""
    reader = ANSWERS.get(kind)
    if reader is None:
        return UnsupportedContent(kind or "interactive", "unknown kind of answer")
    return reader(kind, obj(whole_answer.get(kind), kind))


def _choice(kind: str, reply: dict[str, Any]) -> Interactive:
    return Interactive(
        kind,
        id=maybe_id(reply.get("id")),
        title=text(reply.get("title")),
        description=text(reply.get("description")),
    )


def _flow_answer(kind: str, reply: dict[str, Any]) -> Interactive:
    # The answers are a string of JSON, sometimes broken, sometimes null: kept as they came.
    return Interactive(
        kind,
        title=text(reply.get("body")),
        name=text(reply.get("name")),
        response_json=long_text(reply.get("response_json")),
    )


def _call_permission(kind: str, reply: dict[str, Any]) -> Interactive:
    return Interactive(
        kind,
        permission=text(reply.get("response")),
        permanent=flag(reply.get("is_permanent")),
        until=moment(reply.get("expiration_timestamp")),
    )


def _button(raw: Any) -> ButtonTap:
    tap = obj(raw, "button")
    return ButtonTap(text=text(tap.get("text")), payload=text(tap.get("payload")))


def _reaction(raw: Any) -> Reaction:
    reaction = obj(raw, "reaction")
    target = wamid(reaction.get("message_id"), "reaction.message_id")
    return Reaction(target, text(reaction.get("emoji"), 64))


def _order(raw: Any) -> Order:
    order = obj(raw, "order")
    return Order(
        catalog_id=maybe_id(order.get("catalog_id")),
        text=long_text(order.get("text")),
        lines=tuple(_line(row) for row in objects(order.get("product_items"))),
    )


def _line(row: dict[str, Any]) -> OrderLine:
    return OrderLine(
        product_retailer_id=maybe_id(row.get("product_retailer_id")),
        quantity=whole(row.get("quantity")),
        price=money(row.get("item_price")),
        currency=text(row.get("currency"), 8),
    )


def _placeholder(_raw: Any) -> MediaPlaceholder:
    return MediaPlaceholder()


READERS: Mapping[str, Reader] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "voice": _media("voice"),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": contact_cards,
    "interactive": _interactive,
    "button": _button,
    "reaction": _reaction,
    "order": _order,
    "media_placeholder": _placeholder,
}

ANSWERS: Mapping[str, Callable[[str, dict[str, Any]], Interactive]] = {
    "button_reply": _choice,
    "list_reply": _choice,
    "nfm_reply": _flow_answer,
    "call_permission_reply": _call_permission,
}
