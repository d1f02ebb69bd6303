"""What stands in a thread, piece by piece."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import UUID

from inbox import bubble_shapes, kind_shapes, kinds, thread_shapes
from tests.e2e.front.made_up.basics import NOW, READ, new_id, order_of


class More:
    """A shape and what it does not have yet."""

    def __init__(self, shape: Any, **more: Any) -> None:
        self.__dict__.update(more)
        self._shape = shape

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shape, name)


def bubble(conversation: UUID, minutes_ago: float, **values: Any) -> Any:
    key = values.pop("id", None) or new_id()
    at = NOW - timedelta(minutes=minutes_ago)
    days = (NOW.date() - at.date()).days
    label = {0: "Today", 1: "Yesterday"}.get(days, f"{at:%A} {at.day} {at:%B}")
    outbound = values.get("outbound", False)
    defaults: dict[str, Any] = {
        "id": key,
        "order": order_of(at, key),
        "day": at.date().isoformat(),
        "day_label": label,
        "kind": "text",
        "look": "agent" if outbound else "contact",
        "outbound": outbound,
        "sender_name": "Ben" if outbound else "Dora",
        "via": "",
        "text": "",
        "header": "",
        "footer": "",
        "buttons": (),
        "template": "",
        "media": None,
        "details": {},
        "quote": None,
        "reactions": (),
        "forwarded": False,
        "edited": False,
        "deleted": False,
        "arrived_late": False,
        "placeholder": "",
        "only_emoji": False,
        "at": at,
        "time": f"{at:%H:%M}",
        "exact_time": f"{at:%d %B %Y, %H:%M}",
        "tick": READ if outbound else None,
        "failure": None,
        "unconfirmed": False,
        "conversation_id": conversation,
        "token": "",
    }
    defaults |= values
    defaults["parts"] = kinds.parts_of(defaults["kind"], defaults["details"], outbound=outbound)
    names = {field.name for field in dataclasses.fields(bubble_shapes.MessageView)}
    view = bubble_shapes.MessageView(**{k: v for k, v in defaults.items() if k in names})
    missing = {k: v for k, v in defaults.items() if k not in names}
    return More(view, **missing) if missing else view


MISSED = UUID(int=0x315)
VOICE = UUID(int=0x501)


def event(minutes_ago: float, text: str, icon: str, why: str = "") -> bubble_shapes.EventLine:
    key = new_id()
    at = NOW - timedelta(minutes=minutes_ago)
    return bubble_shapes.EventLine(
        id=key,
        order=order_of(at, key),
        day=at.date().isoformat(),
        day_label="Today" if at.date() == NOW.date() else "Yesterday",
        text=text,
        why=why,
        icon=icon,
        at=at,
        time=f"{at:%H:%M}",
    )


FAILURE = bubble_shapes.Failure(
    "Not delivered",
    "This number is not on WhatsApp, or it has not accepted the latest terms.",
    "Try another way to reach this customer.",
    can_retry=True,
)
UNSURE = bubble_shapes.Failure(
    "Not confirmed",
    "We don't know whether this arrived.",
    "Check with the customer, or send it again: it may arrive twice.",
    can_retry=True,
)


def about(c: UUID) -> kind_shapes.About:
    """Everything that an admin sees of a message that was edited and could not be shown."""
    return kind_shapes.About(
        conversation_id=c,
        steps=(
            kind_shapes.Step("Written, by WhatsApp's clock", "28 November 2026, 10:42:01"),
            kind_shapes.Step("Not delivered", "28 November 2026, 10:44:10", FAILURE.sentence),
        ),
        versions=(("28 November 2026, 10:42:01", "I meant *Wednesday*"),),
        is_deleted=True,
        deleted="My card is 4111 1111 1111 1111",
        facts=(
            ("Id of WhatsApp", "wamid.HBgLMTIwMjU1NTAxNDMVAgASGBQzQTI2MjEyMUM1MzcyQkU4QUYzQQA="),
        ),
        raw='{\n  "type": "hologram",\n  "hologram": {"depth": 3}\n}',
    )


SUGGESTION = thread_shapes.SuggestionView(
    new_id(),
    "Hello Dora, order 4711 was returned to the depot. It is delivered again today before 18:00.",
    "Not sent: somebody took over first.",
)
