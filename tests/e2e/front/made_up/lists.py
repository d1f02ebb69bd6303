"""The pane of the list: one customer of every mood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from inbox import list_shapes
from tests.e2e.front.made_up.basics import (
    AI,
    AMINA,
    BEN,
    FAILED,
    NOBODY,
    NOW,
    PHONE,
    READ,
    WAITING,
    initials,
    label,
    made,
    order_of,
    window,
)

PEOPLE: list[dict[str, Any]] = [
    {
        "name": "Dora Odhiambo",
        "preview": "The parcel says delivered but nothing is here 😕",
        "hours": 0.62,
        "owner": WAITING,
        "time": "10:42",
        "unread": 3,
    },
    {
        "name": "+254 712 345 678",
        "preview": "Hello?",
        "hours": 2.4,
        "owner": NOBODY,
        "time": "10:31",
        "unread": 1,
    },
    {
        "name": "محمد العبدالله",
        "preview": "مرحبا، أريد أن أسأل عن موعد التوصيل إلى عمّان غداً صباحاً",
        "hours": 21,
        "owner": AI,
        "ai": True,
        "time": "10:20",
    },
    {
        "name": "Grace Wanjiru",
        "labels": (label("Refund", "brick"), label("Wholesale customer", "teal")),
        "preview": "Photo",
        "icon": "image",
        "hours": 9,
        "owner": BEN,
        "time": "09:58",
        "unread": 12,
    },
    {
        "name": "Lukas Bärenreiter-Schulze",
        "preview": "We have sent a replacement, it arrives on Thursday",
        "direction": "outbound",
        "tick": READ,
        "hours": 18,
        "owner": AMINA,
        "time": "09:40",
    },
    {
        "name": "Ana Lucía",
        "preview": "Voice message",
        "icon": "mic",
        "hours": 3.2,
        "owner": BEN,
        "time": "09:12",
    },
    {
        "name": "Tomasz Nowak",
        "preview": "Your order 4711 is on its way",
        "direction": "outbound",
        "tick": FAILED,
        "hours": -2,
        "owner": AMINA,
        "time": "08:03",
    },
    {
        "name": "Priya Raman",
        "preview": "Thank you so much!!",
        "hours": 14,
        "owner": AI,
        "ai": True,
        "time": "07:55",
    },
    {
        "name": "@green.garden",
        "preview": "Do you deliver plants?",
        "hours": 22,
        "owner": AI,
        "ai": True,
        "time": "Yesterday",
    },
    {
        "name": "Yuki Tanaka",
        "preview": "配達は何時ごろになりますか？",
        "hours": -20,
        "owner": PHONE,
        "time": "Yesterday",
    },
    {
        "name": "Wolfeschlegelsteinhausenbergerdorff",
        "preview": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte",
        "hours": -30,
        "owner": NOBODY,
        "time": "Tuesday",
    },
    {
        "name": "Obi",
        "preview": "No messages yet",
        "hours": None,
        "owner": NOBODY,
        "time": "12 Nov",
        "status": "closed",
    },
]


def row(number: int, person: dict[str, Any]) -> list_shapes.Row:
    key = UUID(int=0xC000 + number)
    at = NOW - timedelta(minutes=11 * number)
    return list_shapes.Row(
        id=key,
        order=order_of(at, key),
        name=person["name"],
        initials=initials(person["name"]),
        number="Support" if number % 3 else "Sales KE",
        preview=person["preview"],
        preview_icon=person.get("icon", ""),
        direction=person.get("direction", "inbound"),
        tick=person.get("tick"),
        at=at,
        time=person["time"],
        exact_time="20 November 2026, " + person["time"],
        window=window(key, person["hours"]),
        owner=person["owner"],
        ai=person.get("ai", False),
        status=person.get("status", "open"),
        labels=person.get("labels", ()),
        more_labels=1 if "labels" in person else 0,
    )


ROWS = tuple(row(number, person) for number, person in enumerate(PEOPLE))
UNREAD = {ROWS[n].id: person["unread"] for n, person in enumerate(PEOPLE) if "unread" in person}


def tabs(current: str) -> tuple[list_shapes.ViewTab, ...]:
    names = [
        ("open", "All open", "inbox", 11),
        ("mine", "Mine", "user", 2),
        ("waiting", "Waiting for a person", "hourglass", 1),
        ("unassigned", "Unassigned", "user-plus", 3),
        ("ai", "With the assistant", "sparkles", 3),
        ("failed", "Failed sends", "alert-circle", 1),
        ("closed", "Closed", "check", 1),
    ]
    return tuple(
        list_shapes.ViewTab(key, label, icon, count, f"/inbox/?view={key}", key == current)
        for key, label, icon, count in names
    )


def list_page(view: str = "open", *, empty: bool = False, search: str = "") -> list_shapes.ListPage:
    current = tabs(view)
    rows = () if empty else tuple(r for r in ROWS if search.lower() in r.name.lower())
    return made(
        list_shapes.ListPage,
        rows=rows,
        tabs=current,
        view=view,
        title=next(tab.label for tab in current if tab.current),
        sort="newest",
        search=search,
        next_cursor="" if empty else "2026",
        seq=100,
        unread=UNREAD,
        unread_total=len(UNREAD),
        empty_title="Nobody is waiting.",
        empty_hint="New messages appear here by themselves. 3 snoozed conversations return today.",
    )
