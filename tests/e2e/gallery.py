"""All example webhooks, moved into this hour and to customers of their own, in two scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests

from tests.cast import PAYLOADS, T0, envelope, wire
from tests.e2e.shop import Shop
from tests.environment import VALUES
from whatsapp.signature import sign

LAST = T0.timestamp() + 2_400  # the youngest example, but for a few
ABOUT_THE_BUSINESS = ("account_", "business_", "errors_", "phone_", "template_", "dashboard_")
# Each script has a Dora of its own, so that her thread holds the gallery and nothing else: her
# number, her user id, and what both become in the example of a changed number.
LATIN = {
    "12025550143": "12025550171",
    "12025550166": "12025550173",
    "48213907716450285531": "48213907716450285571",
    "55830917264410098127": "55830917264410098171",
}
ARABIC = {
    "12025550143": "12025550172",
    "12025550166": "12025550174",
    "48213907716450285531": "48213907716450285572",
    "55830917264410098127": "55830917264410098172",
}
WORDS = {
    "body": "مرحباً، هل الغلاية الزرقاء *سعة 1.7* متوفرة الآن؟ رقم الطلب 4711 https://shop.example/a",
    "caption": "هذه صورة الباب الأمامي رقم 12",
    "filename": "فاتورة 2026-11 – نسخة.pdf",
    "name": "مقهى الميناء",
    "address": "شارع الملك فيصل 12، عمّان 11181",
    "title": "التوصيل السريع",
    "description": "غداً قبل الساعة 18:00 مقابل 9 يورو",
    "text": "أرجو تغليف الغلاية كهدية",
    "headline": "غلايات الشتاء، خصم 20 %",
    "formatted_name": "د. רות عوبي",
    "company": "عيادة الشفاء",
    "profile_name": "דורה לינדקוויסט",
    "response_json": json.dumps(
        {"התקינות": 4, "تعليق": "جيد جداً", "ימים": ["יום ב'", "יום ג'"]}, ensure_ascii=False
    ),
}


def names(*, about_the_business: bool) -> list[str]:
    """The examples about threads, or those about numbers, accounts and templates."""
    found = sorted(path.stem for path in (PAYLOADS / "inbound").glob("*.json"))
    return [one for one in found if one.startswith(ABOUT_THE_BUSINESS) is about_the_business]


def bodies(wanted: list[str], *, arabic: bool = False) -> Iterator[bytes]:
    """The examples of these names, as Meta would post them now."""
    for name in wanted:
        yield wire(moved((PAYLOADS / "inbound" / f"{name}.json").read_text(), arabic=arabic))


def moved(text: str, *, arabic: bool) -> Any:
    """One example with other people, other ids of messages, and times of this hour."""
    for old, new in (ARABIC if arabic else LATIN).items():
        text = text.replace(old, new)
    text = text.replace('"wamid.', '"wamid.R.' if arabic else '"wamid.L.')
    whole = _walked(json.loads(text), _in_this_hour)
    return _walked(whole, _in_arabic) if arabic else whole


def _walked(value: Any, change: Callable[[str, Any], Any], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _walked(one, change, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_walked(one, change, key) for one in value]
    return change(key, value)


def _in_this_hour(key: str, value: Any) -> Any:
    if key != "timestamp" or not str(value).isdigit():
        return value
    return type(value)(int(value) + int(time.time() - LAST))


def _in_arabic(key: str, value: Any) -> Any:
    if not isinstance(value, str) or (key == "name" and value in ("flow", "address_message")):
        return value
    if key == "response_json" and not value.endswith("}"):
        return value  # the broken one
    return WORDS.get(key, value)


def changes(*, arabic: bool) -> Iterator[bytes]:
    """What happens to messages that are there: quoted, edited, deleted, reacted to."""
    wa_id = (ARABIC if arabic else LATIN)["12025550143"]
    now, mark = int(time.time()), "R" if arabic else "L"
    said = (
        (WORDS["body"], WORDS["caption"]) if arabic else ("Do you have it?", "I meant the big one")
    )

    def message(number: int, kind: str, **content: Any) -> dict[str, Any]:
        head = {"from": wa_id, "id": f"wamid.{mark}.x{number}", "timestamp": str(now - 60 + number)}
        return head | {"type": kind} | content

    text = {"type": "text", "text": {"body": said[1]}}
    gone = {"original_message_id": f"wamid.{mark}.x3"}
    edited = {"original_message_id": f"wamid.{mark}.x1", "message": text}
    for one in (
        message(1, "text", text={"body": said[0]}),
        message(2, "text", text={"body": said[1]}, context={"id": f"wamid.{mark}.x1"}),
        message(3, "text", text={"body": "4111 1111 1111 1111"}),
        message(4, "text", text={"body": said[0]}, context={"id": f"wamid.{mark}.x3"}),
        message(5, "text", text={"body": "👍🏽🎉"}),
        message(6, "text", text={"body": "- *a*\n- _b_\n1. one\n2. two\n> said\n```x = 1```"}),
        message(7, "edit", edit=edited),
        message(8, "revoke", revoke=gone),
        message(9, "reaction", reaction={"message_id": f"wamid.{mark}.x2", "emoji": "❤️"}),
    ):
        yield wire(envelope({"messages": [one]}))


def a_text(wa_id: str, wamid: str, body: str, at: int, quoting: str = "") -> dict[str, Any]:
    """One text as it stands among a webhook's messages."""
    message = {"from": wa_id, "id": wamid, "timestamp": str(at), "type": "text"}
    context = {"context": {"id": quoting}} if quoting else {}
    return message | {"text": {"body": body}} | context


def said(*messages: dict[str, Any]) -> bytes:
    """A webhook with these messages."""
    return wire(envelope({"messages": list(messages)}))


def post(shop: Shop, body: bytes) -> None:
    """One signed webhook; answered 200."""
    signature = sign(body, VALUES["META_APP_SECRET"])
    headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
    answer = requests.post(f"{shop.url}/webhooks/whatsapp/", data=body, headers=headers, timeout=20)
    assert answer.status_code == 200


THREADS = """
import json, time
from inbox.models import Conversation
from webhooks.models import Delivery
while Delivery.objects.exclude(state="done").exists():
    time.sleep(0.1)
rows = Conversation.objects.filter(message_count__gt=0).prefetch_related("contact__identities")
print(json.dumps([
    [str(one.pk), one.group_id or [i.value for i in one.contact.identities.all()]] for one in rows
]))
"""


def threads(shop: Shop) -> dict[str, list[str]]:
    """Every thread with its customer's identifiers, once all that was posted is digested."""
    return dict(json.loads(shop.shell(THREADS).splitlines()[-1]))
