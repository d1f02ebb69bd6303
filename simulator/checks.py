"""Whether a send body would pass Meta's door: shape, sizes, and ids that must exist."""

from collections.abc import Callable
from typing import Any, Final

from simulator.graph_errors import Refusal
from simulator.wire import Json
from simulator.world import World

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
OPAQUE_LIMIT: Final = 512
MEDIA_KINDS: Final = ("image", "video", "audio", "document", "sticker")
WITHOUT_CAPTION: Final = ("audio", "sticker")
TYPES: Final = (
    *MEDIA_KINDS,
    "text",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "template",
)


def check_envelope(payload: Any) -> str:
    """The type of the message; raises Refusal for a wrong frame around it."""
    if not isinstance(payload, dict) or payload.get("messaging_product") != "whatsapp":
        raise Refusal(100, "The parameter messaging_product is required.")
    if not (_is_text(payload.get("to")) or _is_text(payload.get("recipient"))):
        raise Refusal(100, "The parameter to is required.")
    if payload.get("recipient_type", "individual") != "individual":
        raise Refusal(131009, "Groups are not supported by the simulator.")
    kind = payload.get("type", "text")
    if kind not in TYPES:
        raise Refusal(100, f"Param type must be one of {{{', '.join(sorted(TYPES)).upper()}}}.")
    _check_opaque(payload.get("biz_opaque_callback_data"))
    return str(kind)


def check_content(world: World, payload: Json, kind: str) -> None:
    """Raise Refusal where the object of that type is wrong."""
    content: Any = payload.get(kind)
    fits = isinstance(content, list if kind == "contacts" else dict)
    if not fits or not content:
        raise Refusal(131008, f"Parameter '{kind}' is mandatory for type '{kind}'.")
    if kind in MEDIA_KINDS:
        _check_media(world, content, kind)
    elif kind in _CHECKS:
        _CHECKS[kind](content)


def _check_opaque(opaque: Any) -> None:
    if opaque is not None and (not _is_text(opaque) or len(opaque) > OPAQUE_LIMIT):
        raise Refusal(131009, f"biz_opaque_callback_data is longer than {OPAQUE_LIMIT} characters.")


def _check_text(content: Json) -> None:
    _need_text(content, "body", "text['body']", TEXT_LIMIT)


def _check_media(world: World, content: Json, kind: str) -> None:
    check_reference(world, content)
    if "caption" in content:
        if kind in WITHOUT_CAPTION:
            raise Refusal(100, f"Unexpected key 'caption' on param '{kind}'.")
        _need_text(content, "caption", f"{kind}['caption']", CAPTION_LIMIT)


def check_reference(world: World, content: Json) -> None:
    """Exactly one of `id` and `link`, and an id that exists."""
    if ("id" in content) == ("link" in content):
        raise Refusal(100, "Exactly one of the parameters id and link is required.")
    if "link" in content and not str(content["link"]).startswith(("http://", "https://")):
        raise Refusal(131009, "The parameter link is not a valid URL.")
    medium = world.media.get(str(content.get("id")))
    if "id" in content and world.switches.rules.media and medium is None:
        details = f"Media with id {content['id']} does not exist or has expired."
        raise Refusal(100, details, subcode=33)


def _check_location(content: Json) -> None:
    for name, limit in (("latitude", 90), ("longitude", 180)):
        try:
            inside = abs(float(content[name])) <= limit
        except (KeyError, TypeError, ValueError):
            raise Refusal(131008, f"Parameter location['{name}'] is required.") from None
        if not inside:
            raise Refusal(131009, f"Parameter location['{name}'] is out of range.")


def _check_reaction(content: Json) -> None:
    _need_text(content, "message_id", "reaction['message_id']", 512)
    if not isinstance(content.get("emoji"), str):
        raise Refusal(131008, "Parameter reaction['emoji'] is required.")


def _check_contacts(cards: list[Any]) -> None:
    for card in cards:
        name = card.get("name") if isinstance(card, dict) else None
        if not isinstance(name, dict) or not _is_text(name.get("formatted_name")):
            raise Refusal(131008, "Parameter contacts['name']['formatted_name'] is required.")


def _check_interactive(content: Json) -> None:
    kind, action = content.get("type"), content.get("action")
    if not _is_text(kind) or not isinstance(action, dict):
        raise Refusal(131008, "Parameters interactive['type'] and ['action'] are required.")
    if kind in _BODY_LIMITS:
        part = content.get("body")
        if not isinstance(part, dict):
            raise Refusal(131008, "Parameter interactive['body'] is required.")
        _need_text(part, "text", "interactive['body']['text']", _BODY_LIMITS[str(kind)])
    if kind == "button":
        _check_buttons(action.get("buttons"))
    if kind == "list":
        _check_rows(action)


def _check_buttons(entries: Any) -> None:
    if not isinstance(entries, list) or not 1 <= len(entries) <= 3:
        raise Refusal(131009, "interactive['action']['buttons'] takes one to three buttons.")
    titles = [entry.get("reply", {}).get("title") for entry in entries]
    ids = [entry.get("reply", {}).get("id") for entry in entries]
    if not all(_is_text(title) and len(title) <= 20 for title in titles):
        raise Refusal(131009, "Button title length invalid. Min length: 1, Max length: 20.")
    if len(set(titles)) < len(titles) or len(set(ids)) < len(ids):
        raise Refusal(131009, "Duplicated title or id in buttons.")


def _check_rows(action: Json) -> None:
    _need_text(action, "button", "interactive['action']['button']", 20)
    rows = [row for section in action.get("sections", []) for row in section.get("rows", [])]
    if not 1 <= len(rows) <= 10:
        raise Refusal(131009, "Total row count exceeds limit. Min: 1, Max: 10.")
    for row in rows:
        _need_text(row, "id", "row['id']", 200)
        _need_text(row, "title", "row['title']", 24)


def _need_text(holder: Json, key: str, name: str, limit: int) -> None:
    value = holder.get(key)
    if not _is_text(value):
        raise Refusal(131008, f"The parameter {name} is required.")
    if _length(str(value)) > limit:
        raise Refusal(131009, f"Param {name} must be at most {limit} characters long.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_BODY_LIMITS: Final = {
    "button": 1024,
    "list": 4096,
    "cta_url": 1024,
    "flow": 1024,
    "carousel": 1024,
    "location_request_message": 1024,
    "request_contact_info": 1024,
}
_CHECKS: Final[dict[str, Callable[[Any], None]]] = {
    "text": _check_text,
    "location": _check_location,
    "reaction": _check_reaction,
    "contacts": _check_contacts,
    "interactive": _check_interactive,
}
