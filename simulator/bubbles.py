"""From a Graph payload or a webhook message to what the phone shows.

A bubble is ``{"kind", "text", "header", "footer", "media", "buttons", "rows", "cards", "location",
"contacts", "reply_to", "template"}``; what a message lacks is left out.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.checks import MEDIA_KINDS
from simulator.wire import Json


def of_payload(payload: Json, kind: str) -> Json:
    """The bubble of a send body that passed the checks; templates have their own module."""
    content = payload[kind]
    shown = {"kind": kind} | _content(kind, content)
    return shown | _quote(payload.get("context"), "message_id")


def of_message(message: Json) -> Json:
    """The bubble of a message as it stands in a webhook."""
    kind = str(message["type"])
    content = message.get(kind, {})
    shown = {"kind": kind} | _content(kind, content)
    return shown | _quote(message.get("context"), "id")


def _quote(context: Any, key: str) -> Json:
    wamid = context.get(key) if isinstance(context, dict) else None
    return {"reply_to": wamid} if wamid else {}


def _content(kind: str, content: Any) -> Json:
    if kind in MEDIA_KINDS:
        return {"media": {"kind": kind} | content, "text": content.get("caption")}
    if kind in ("contacts", "location"):
        return {kind: content}
    reader = _READERS.get(kind)
    return reader(content) if reader and isinstance(content, dict) else {}


def _interactive(content: Json) -> Json:
    kind = str(content.get("type"))
    shown: Json = {"interactive": kind, "text": _text(content.get("body"))}
    if "header" in content:
        shown["header"] = _header(content["header"])
    if "footer" in content:
        shown["footer"] = _text(content["footer"])
    reader = _ACTIONS.get(kind)
    return shown | (reader(content) if reader else {})


def _text(part: Any) -> str | None:
    return part.get("text") if isinstance(part, dict) else None


def _header(part: Json) -> Json:
    kind = str(part.get("type"))
    if kind in MEDIA_KINDS and isinstance(part.get(kind), dict):
        return {"media": {"kind": kind} | part[kind]}
    return {"text": part.get("text")}


def _reply_buttons(content: Json) -> Json:
    replies = [entry["reply"] for entry in content["action"]["buttons"]]
    return {"buttons": [{"kind": "reply", "text": r["title"], "id": r["id"]} for r in replies]}


def _list(content: Json) -> Json:
    action = content["action"]
    rows = [
        {"section": section.get("title")} | row
        for section in action["sections"]
        for row in section["rows"]
    ]
    return {"rows": rows, "list_button": action["button"]}


def _link(content: Json) -> Json:
    values = content["action"].get("parameters", {})
    return {"buttons": [_url_button(values)]}


def _url_button(values: Json) -> Json:
    return {"kind": "url", "text": values.get("display_text"), "url": values.get("url")}


def _carousel(content: Json) -> Json:
    cards = content["action"].get("cards", [])
    return {
        "cards": [
            {
                "header": _header(card.get("header", {})),
                "text": _text(card.get("body")),
                "buttons": [_url_button(card.get("action", {}).get("parameters", {}))],
            }
            for card in cards
        ]
    }


def _one(kind: str, text: str) -> Callable[[Json], Json]:
    return lambda _content: {"buttons": [{"kind": kind, "text": text}]}


def _flow(content: Json) -> Json:
    values = content["action"].get("parameters", {})
    return {"buttons": [{"kind": "flow", "text": values.get("flow_cta", "Open")}]}


def _answer(content: Json) -> Json:
    kind = str(content.get("type"))
    answer = content.get(kind, {})
    return {"interactive": kind, "text": answer.get("title") or answer.get("body")}


def _either(content: Json) -> Json:
    return _interactive(content) if "action" in content else _answer(content)


_ACTIONS: Final[Mapping[str, Callable[[Json], Json]]] = {
    "button": _reply_buttons,
    "list": _list,
    "cta_url": _link,
    "carousel": _carousel,
    "flow": _flow,
    "location_request_message": _one("location_request", "Send location"),
    "request_contact_info": _one("contact_request", "Share number"),
}
_READERS: Final[Mapping[str, Callable[[Json], Json]]] = {
    "text": lambda content: {"text": content.get("body")},
    "button": lambda content: {"text": content.get("text")},
    "interactive": _either,
    "edit": lambda content: {"text": _edited(content.get("message", {}))},
    "order": lambda content: {"text": content.get("text"), "order": content},
}


def _edited(message: Json) -> str | None:
    kind = str(message.get("type"))
    content = message.get(kind, {})
    words: str | None = content.get("body") or content.get("caption")
    return words
