"""From what is kept of a kind to what its bubble shows. Pure: values in, shapes out.

What is kept came from outside, once by webhook and perhaps by an earlier release: nothing here
relies on a key being there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from inbox.form_answers import answers_of
from inbox.kind_shapes import Ad, Card, CardNumber, Cart, CartLine, Choice, Parts, Place
from inbox.menus import menu_of
from inbox.times import exact_time

Details = Mapping[str, Any]

_WEB: Final = re.compile(r"^https?://[^\s<>\"'`\\]+$", re.I)
_MAIL: Final = re.compile(r"^[^\s@:<>\"'()]+@[^\s@:<>\"'()]+\.[^\s@:<>\"'().]+$")
WITHOUT_CENTS: Final = frozenset({"JPY", "KRW", "VND", "CLP", "PYG", "UGX", "RWF", "XAF", "XOF"})


def parts_of(kind: str, details: Details, *, outbound: bool = False, zone: str = "UTC") -> Parts:
    """What this kind has beside its text. details: as `frozen.details_of` keeps it."""
    context = _part(details, "context")
    answer = _part(details, "interactive")
    return Parts(
        choice=None if outbound else _choice(kind, answer, zone=zone),
        answers=answers_of(answer.get("response_json"))
        if answer.get("type") == "nfm_reply"
        else None,
        place=_place(_part(details, "location")) if kind == "location" else None,
        cards=tuple(_card(one) for one in _rows(details, "contacts")),
        cart=_cart(_part(details, "order")) if kind == "order" else None,
        menu=menu_of(answer) if outbound and kind == "interactive" else None,
        ad=_ad(_part(details, "referral")) if details.get("referral") else None,
        product=_text(context, "product"),
        summary=_text(details, "summary"),
        often_forwarded=context.get("frequently_forwarded") is True,
        in_group=bool(details.get("group")),
    )


def web_address(value: object) -> str:
    """The address, if a browser may be sent there; "" otherwise."""
    found = value if isinstance(value, str) and _WEB.match(value) else ""
    return found if found and urlsplit_host(found) else ""


def urlsplit_host(address: str) -> str:
    """The host of a web address, "" where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _part(details: Details, name: str) -> Details:
    found = details.get(name)
    return found if isinstance(found, Mapping) else {}


def _rows(details: Details, name: str) -> Sequence[Details]:
    found = details.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(part: Details, name: str) -> str:
    found = part.get(name)
    return found if isinstance(found, str) else ""


def _choice(kind: str, answer: Details, *, zone: str) -> Choice | None:
    if kind == "button":
        return Choice("button", _("Pressed a button"))
    if kind != "interactive":
        return None
    description = _text(answer, "description")
    match answer.get("type"):
        case "list_reply":
            return Choice("list", _("Chose from a list"), description)
        case "nfm_reply" if answer.get("name") == "address_message":
            return Choice("map-pin", _("Sent an address"))
        case "nfm_reply":
            return Choice("file-text", _("Filled in a form"))
        case "call_permission_reply":
            return Choice("phone", _permission(answer, zone=zone))
        case _:
            return Choice("button", _("Pressed a button"), description)


def _permission(answer: Details, *, zone: str) -> str:
    if answer.get("permission") != "accept":
        return _("Does not want to be called")
    try:
        until = datetime.fromisoformat(_text(answer, "until"))
    except ValueError:
        until = None
    if answer.get("permanent") is True or until is None:
        return _("May be called")
    return _("May be called until %(when)s") % {"when": exact_time(until, zone)}


def _place(place: Details) -> Place | None:
    try:
        latitude, longitude = float(place["latitude"]), float(place["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    there = f"{latitude:.6f}", f"{longitude:.6f}"
    mark = urlencode({"mlat": there[0], "mlon": there[1]})
    return Place(
        name=_text(place, "name"),
        address=_text(place, "address"),
        coordinates=f"{latitude:.5f}, {longitude:.5f}",
        href=f"https://www.openstreetmap.org/?{mark}#map=16/{there[0]}/{there[1]}",
    )


def _card(card: Details) -> Card:
    work = (_text(card, name) for name in ("title", "department", "company"))
    mails = [(one, f"mailto:{one}" if _MAIL.match(one) else "") for one in _strings(card, "emails")]
    sites = [(one, web_address(one)) for one in _strings(card, "urls")]
    birthday = _text(card, "birthday")
    lines = _strings(card, "addresses")
    if birthday:
        lines = [*lines, _("Birthday: %(day)s") % {"day": birthday}]
    return Card(
        name=_text(card, "name"),
        work=" · ".join(word for word in work if word),
        numbers=tuple(_number(one) for one in _rows(card, "phones")),
        links=(*mails, *sites),
        lines=tuple(lines),
        is_own=card.get("origin") == "contact_request",
    )


def _strings(card: Details, name: str) -> list[str]:
    found = card.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _number(phone: Details) -> CardNumber:
    kinds = {
        "MOBILE": _("mobile"),
        "CELL": _("mobile"),
        "WORK": _("work"),
        "HOME": _("home"),
        "MAIN": _("main"),
    }
    wa_id = _text(phone, "wa_id")
    search = f"{reverse('inbox:list')}?{urlencode({'search': wa_id})}" if wa_id.isdigit() else ""
    kind = kinds.get(_text(phone, "type").upper(), "")
    return CardNumber(_text(phone, "phone"), kind, search)


def _cart(order: Details) -> Cart:
    lines = _rows(order, "lines")
    quantities = [one.get("quantity") for one in lines]
    totals = _part(order, "totals")
    return Cart(
        lines=tuple(_cart_line(one) for one in lines),
        count=sum(one for one in quantities if isinstance(one, int)),
        totals=tuple(money(total, currency) for currency, total in totals.items()),
        is_partial=any(_sum(one) is None for one in lines),
    )


def _cart_line(line: Details) -> CartLine:
    quantity, currency, total = line.get("quantity"), _text(line, "currency"), _sum(line)
    return CartLine(
        name=_text(line, "product_retailer_id"),
        quantity="" if quantity is None else str(quantity),
        price=money(line.get("price"), currency),
        total="" if total is None else money(total, currency),
    )


def _sum(line: Details) -> Decimal | None:
    price, quantity = _decimal(line.get("price")), line.get("quantity")
    if price is None or not isinstance(quantity, int) or not line.get("currency"):
        return None
    return price * quantity


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def money(amount: object, currency: str) -> str:
    """ "39.90 EUR", in the reader's notation; the words as they came where they are no number."""
    found = _decimal(amount)
    if found is None:
        return ""
    exponent = found.as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    least = 0 if currency in WITHOUT_CENTS else 2
    number = formats.number_format(found, decimal_pos=min(max(own, least), 6), use_l10n=True)
    return f"{number} {currency}".strip()


def _ad(referral: Details) -> Ad:
    href = web_address(referral.get("source_url"))
    from_post = referral.get("source_type") == "post"
    icons = {"image": "image", "video": "video"}
    return Ad(
        label=_("From a post") if from_post else _("From an ad"),
        icon=icons.get(_text(referral, "media_type"), "megaphone"),
        headline=_text(referral, "headline"),
        body=_text(referral, "body"),
        href=href,
        host=urlsplit_host(href),
        welcome=_text(referral, "welcome_message"),
    )
