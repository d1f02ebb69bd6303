"""Buttons, lists, links, forms: Meta's interactive object, checked and frozen as it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.outgoing.file_ids import files_in
from inbox.outgoing.shape import Outgoing, checked, frozen_content
from whatsapp import outbound

Obj = Mapping[str, Any]
MEDIA_HEADERS: Final = frozenset({"image", "video", "document"})


def interactive(given: Obj, **names: str) -> Outgoing:
    """Any of Meta's variants, taken as it is and checked against Meta's limits.

    names: what the caller calls a field of it (see `checked`). Refuses: VALIDATION_ERROR.
    """
    with checked(**names):
        payload = outbound.interactive(given)
    whole = payload["interactive"]
    body = _text_of(whole.get("body"))
    header = whole.get("header") or {}
    files = files_in(header)
    media = {"id": str(files[0]), "type": header["type"]} if files else None
    return Outgoing(
        type="interactive",
        content=frozen_content(
            body or None,
            header=_text_of(header) or None,
            media=media,
            footer=_text_of(whole.get("footer")) or None,
            buttons=[{"text": label} for label in labels_of(whole)],
        ),
        payload=payload,
        preview=body,
        details={"interactive": dict(whole)},
        file_id=files[0] if files else None,
    )


def labels_of(whole: Obj) -> list[str]:
    """The words on what the customer can press, in order. whole: a checked interactive object."""
    action = whole.get("action")
    if not isinstance(action, Mapping):
        return []
    given = action.get("parameters")
    parameters: Obj = given if isinstance(given, Mapping) else {}
    match whole.get("type"):
        case "button":
            return [str(one["reply"]["title"]) for one in action["buttons"]]
        case "list":
            return [str(action["button"])]
        case "cta_url":
            return [str(parameters["display_text"])]
        case "flow":
            return [str(parameters["flow_cta"])]
        case "location_request_message":
            return [_("Send location")]
        case "request_contact_info":
            return [_("Share phone number")]
        case "product" | "product_list" | "catalog_message":
            return [_("View items")]
        case "address_message":
            return [_("Provide address")]
        case "call_permission_request":
            return [_("Choose preference")]
        case _:
            return []


def _text_of(part: object) -> str:
    found = part.get("text") if isinstance(part, Mapping) else None
    return found if isinstance(found, str) else ""


# --- the common variants, from flat fields ---


def buttons(body: str, replies: Sequence[Obj], *, header: str = "", footer: str = "") -> Outgoing:
    """One to three reply buttons, each `{"id", "title"}`. Refuses: VALIDATION_ERROR."""
    _need_between(replies, 1, 3, "buttons")
    action = {"buttons": [{"type": "reply", "reply": dict(one)} for one in replies]}
    whole = _whole("button", body, action, header=header, footer=footer)
    return interactive(whole, **_NAMES, interactive__action__buttons="buttons")


def choices(
    body: str, button: str, sections: Sequence[Obj], *, header: str = "", footer: str = ""
) -> Outgoing:
    """A list to choose from; button: what opens it. Refuses: VALIDATION_ERROR."""
    _need_between(sections, 1, 10, "sections")
    action = {"button": button, "sections": list(sections)}
    whole = _whole("list", body, action, header=header, footer=footer)
    return interactive(
        whole,
        **_NAMES,
        interactive__action__button="button_text",
        interactive__action__sections="sections",
    )


def link(body: str, words: str, url: str, *, header: str = "", footer: str = "") -> Outgoing:
    """One button that leads to a page; https only. Refuses: VALIDATION_ERROR."""
    if not url.startswith("https://"):
        raise Refused("VALIDATION_ERROR", _("The address begins with https://."), field="url")
    action = {"name": "cta_url", "parameters": {"display_text": words, "url": url}}
    whole = _whole("cta_url", body, action, header=header, footer=footer)
    return interactive(
        whole,
        **_NAMES,
        interactive__action__parameters__display_text="display_text",
        interactive__action__parameters__url="url",
    )


def flow(body: str, parameters: Obj, *, header: str = "", footer: str = "") -> Outgoing:
    """A form of Meta's; parameters as Meta names them, the version apart."""
    action = {"name": "flow", "parameters": {"flow_message_version": "3", **parameters}}
    whole = _whole("flow", body, action, header=header, footer=footer)
    return interactive(
        whole,
        **_NAMES,
        interactive__action__parameters__flow_cta="flow_cta",
        interactive__action__parameters="flow_id",
    )


_NAMES: Final = {
    "interactive__body__text": "body_text",
    "interactive__header__text": "header_text",
    "interactive__footer__text": "footer_text",
}


def _whole(kind: str, body: str, action: Obj, *, header: str, footer: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "body": {"text": body}, "action": dict(action)}
    if header:
        found["header"] = {"type": "text", "text": header}
    if footer:
        found["footer"] = {"text": footer}
    return found


def _need_between(rows: Sequence[Obj], least: int, most: int, field: str) -> None:
    """In Meta's own words, which integrations know."""
    if not least <= len(rows) <= most:
        raise Refused(
            "VALIDATION_ERROR",
            f"(#100) {field} must be {least}-{most} items",
            field=field,
            detail="length",
        )
