"""The limits of interactive messages, one check per variant."""

from collections.abc import Callable, Mapping
from typing import Any

from whatsapp import limits
from whatsapp.payload_checks import (
    all_different,
    list_of,
    mapping_of,
    one_of,
    optional_text,
    refused,
    text_of,
    word_of,
)

Obj = Mapping[str, Any]

ROOT = "interactive"
ACTION = "interactive.action"
MEDIA_HEADERS = frozenset({"image", "video", "document"})


def check_interactive(obj: object) -> None:
    """Refuse an `interactive` object that Meta would refuse. Raises: BadPayload."""
    whole = mapping_of(ROOT, obj)
    variant = word_of(f"{ROOT}.type", whole.get("type"), VARIANTS)
    _check_header(whole)
    _check_footer(whole)
    VARIANTS[variant](whole)


def _action(whole: Obj) -> Obj:
    return mapping_of(ACTION, whole.get("action"))


def _check_body(whole: Obj, most: int = limits.INTERACTIVE_BODY) -> None:
    body = mapping_of(f"{ROOT}.body", whole.get("body"))
    text_of(f"{ROOT}.body.text", body.get("text"), most)


def _check_footer(whole: Obj) -> None:
    if whole.get("footer") is not None:
        footer = mapping_of(f"{ROOT}.footer", whole["footer"])
        text_of(f"{ROOT}.footer.text", footer.get("text"), limits.FOOTER)


def _check_header(whole: Obj) -> None:
    if whole.get("header") is not None:
        header = mapping_of(f"{ROOT}.header", whole["header"])
        _check_header_part(f"{ROOT}.header", header, MEDIA_HEADERS)


def _check_header_part(field: str, header: Obj, kinds: frozenset[str]) -> None:
    kind = header.get("type")
    if kind == "text":
        text_of(f"{field}.text", header.get("text"), limits.HEADER_TEXT)
    elif isinstance(kind, str) and kind in kinds:
        one_of(f"{field}.{kind}", mapping_of(f"{field}.{kind}", header.get(kind)), "id", "link")
    else:
        raise refused(f"{field}.type", "NOT_ALLOWED")


def _check_name(whole: Obj, name: str) -> Obj:
    action = _action(whole)
    if action.get("name") != name:
        raise refused(f"{ACTION}.name", "WRONG_KIND")
    return action


def _check_buttons(whole: Obj) -> None:
    _check_body(whole)
    field = f"{ACTION}.buttons"
    buttons = list_of(field, _action(whole).get("buttons"), most=limits.REPLY_BUTTONS)
    replies = [_checked_reply(f"{field}[{index}]", one) for index, one in enumerate(buttons)]
    all_different(field, [reply["title"] for reply in replies])
    all_different(field, [reply["id"] for reply in replies])


def _checked_reply(field: str, button: object) -> Obj:
    whole = mapping_of(field, button)
    if whole.get("type") != "reply":
        raise refused(f"{field}.type", "WRONG_KIND")
    reply = mapping_of(f"{field}.reply", whole.get("reply"))
    text_of(f"{field}.reply.id", reply.get("id"), limits.REPLY_BUTTON_ID)
    text_of(f"{field}.reply.title", reply.get("title"), limits.REPLY_BUTTON_TITLE)
    return reply


def _check_list(whole: Obj) -> None:
    _check_body(whole, limits.LIST_BODY)
    action = _action(whole)
    text_of(f"{ACTION}.button", action.get("button"), limits.LIST_BUTTON)
    field = f"{ACTION}.sections"
    sections = list_of(field, action.get("sections"), most=limits.LIST_SECTIONS)
    rows = [
        row
        for index, section in enumerate(sections)
        for row in _checked_rows(f"{field}[{index}]", section, alone=len(sections) == 1)
    ]
    list_of(f"{field}.rows", rows, most=limits.LIST_ROWS)
    all_different(f"{field}.rows", [row["id"] for row in rows])


def _checked_rows(field: str, section: object, *, alone: bool) -> list[Obj]:
    whole = mapping_of(field, section)
    if whole.get("title") is not None or not alone:
        text_of(f"{field}.title", whole.get("title"), limits.LIST_SECTION_TITLE)
    rows = list_of(f"{field}.rows", whole.get("rows"), most=limits.LIST_ROWS)
    for index, row in enumerate(rows):
        _check_row(f"{field}.rows[{index}]", mapping_of(f"{field}.rows[{index}]", row))
    return list(rows)


def _check_row(field: str, row: Obj) -> None:
    text_of(f"{field}.id", row.get("id"), limits.LIST_ROW_ID)
    text_of(f"{field}.title", row.get("title"), limits.LIST_ROW_TITLE)
    optional_text(f"{field}.description", row.get("description"), limits.LIST_ROW_DESCRIPTION)


def _check_cta_url(whole: Obj) -> None:
    _check_body(whole)
    _check_link(ACTION, _check_name(whole, "cta_url"))


def _check_link(field: str, action: Obj) -> None:
    parameters = mapping_of(f"{field}.parameters", action.get("parameters"))
    text = parameters.get("display_text")
    text_of(f"{field}.parameters.display_text", text, limits.CTA_URL_TEXT)
    text_of(f"{field}.parameters.url", parameters.get("url"), limits.TEMPLATE_URL)


def _check_flow(whole: Obj) -> None:
    _check_body(whole)
    field = f"{ACTION}.parameters"
    parameters = mapping_of(field, _check_name(whole, "flow").get("parameters"))
    text_of(f"{field}.flow_cta", parameters.get("flow_cta"), limits.FLOW_CTA)
    one_of(field, parameters, "flow_id", "flow_name")


def _check_carousel(whole: Obj) -> None:
    _check_body(whole)
    field = f"{ACTION}.cards"
    least, most = limits.CAROUSEL_CARDS_LEAST, limits.CAROUSEL_CARDS
    cards = list_of(field, _action(whole).get("cards"), least=least, most=most)
    headers = {_checked_card(f"{field}[{index}]", card) for index, card in enumerate(cards)}
    if len(headers) != 1:
        raise refused(field, "WRONG_KIND")


def _checked_card(field: str, card: object) -> str:
    whole = mapping_of(field, card)
    header = mapping_of(f"{field}.header", whole.get("header"))
    if header.get("type") == "text":
        raise refused(f"{field}.header.type", "NOT_ALLOWED")
    _check_header_part(f"{field}.header", header, frozenset({"image", "video"}))
    if whole.get("body") is not None:
        _check_card_body(f"{field}.body", mapping_of(f"{field}.body", whole["body"]))
    if whole.get("type") == "cta_url":
        _check_link(f"{field}.action", mapping_of(f"{field}.action", whole.get("action")))
    return str(header["type"])


def _check_card_body(field: str, body: Obj) -> None:
    text = text_of(f"{field}.text", body.get("text"), limits.CAROUSEL_CARD_BODY)
    if text.count("\n") > limits.CAROUSEL_CARD_LINE_BREAKS:
        raise refused(f"{field}.text", "TOO_MANY", limit=limits.CAROUSEL_CARD_LINE_BREAKS)


def _check_location_request(whole: Obj) -> None:
    _check_body(whole)
    _check_name(whole, "send_location")


def _check_contact_request(whole: Obj) -> None:
    _check_body(whole)
    _check_name(whole, "request_contact_info")


def _check_product(whole: Obj) -> None:
    action = _action(whole)
    text_of(f"{ACTION}.catalog_id", action.get("catalog_id"), 512)
    text_of(f"{ACTION}.product_retailer_id", action.get("product_retailer_id"), 512)


def _check_product_list(whole: Obj) -> None:
    _check_body(whole)
    mapping_of(f"{ROOT}.header", whole.get("header"))
    action = _action(whole)
    text_of(f"{ACTION}.catalog_id", action.get("catalog_id"), 512)
    field = f"{ACTION}.sections"
    sections = list_of(field, action.get("sections"), most=limits.LIST_SECTIONS)
    products = [
        product
        for index, section in enumerate(sections)
        for product in list_of(
            f"{field}[{index}].product_items",
            mapping_of(f"{field}[{index}]", section).get("product_items"),
            most=limits.PRODUCTS,
        )
    ]
    list_of(f"{field}.product_items", products, most=limits.PRODUCTS)


def _check_catalog(whole: Obj) -> None:
    _check_body(whole)
    _check_name(whole, "catalog_message")


def _check_address(whole: Obj) -> None:
    _check_body(whole)
    _check_name(whole, "address_message")


def _check_call_permission(whole: Obj) -> None:
    _check_name(whole, "call_permission_request")


def _check_action(whole: Obj) -> None:
    _action(whole)


VARIANTS: Mapping[str, Callable[[Obj], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "cta_url": _check_cta_url,
    "location_request_message": _check_location_request,
    "flow": _check_flow,
    "carousel": _check_carousel,
    "request_contact_info": _check_contact_request,
    "product": _check_product,
    "product_list": _check_product_list,
    "catalog_message": _check_catalog,
    "address_message": _check_address,
    "call_permission_request": _check_call_permission,
    "voice_call": _check_action,
    "order_details": _check_action,
    "order_status": _check_action,
}
