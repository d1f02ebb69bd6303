"""Made-up shapes: one customer of every mood, one bubble of every kind. No database."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from inbox import kind_shapes, kinds, shapes
from inbox.kind_shapes import Letter, LetterButton
from inbox.media_presentation import outline

NOW = datetime.now(UTC).replace(microsecond=0)
_ids = itertools.count(1)
ME = UUID(int=0xA1)


def new_id() -> UUID:
    return UUID(int=next(_ids))


def order_of(at: datetime, row: UUID) -> str:
    return f"{int(at.timestamp() * 1000):015d}-{row.hex}"


def window(conversation: UUID, hours: float | None) -> shapes.WindowChip:
    if hours is None:
        return shapes.WindowChip(conversation, "never", "Never written", "idle", None)
    expires = datetime.now(UTC) + timedelta(hours=hours)
    if hours <= 0:
        return shapes.WindowChip(conversation, "closed", "Window closed", "idle", expires)
    text = f"{int(hours)} h left" if hours >= 1 else f"{int(hours * 60)} min left"
    tone = "bad" if hours < 1 else "warn" if hours < 4 else "plain"
    return shapes.WindowChip(conversation, "closing" if hours < 4 else "open", text, tone, expires)


def label(name: str, colour: str) -> shapes.LabelChip:
    return shapes.LabelChip(new_id(), name, colour, "/inbox/?search=label")


AI = shapes.Chip("Assistant", "ai", "sparkles")
WAITING = shapes.Chip("Waiting for a person", "warn", "hourglass")
BEN = shapes.Chip("Ben", "plain", "user")
AMINA = shapes.Chip("Amina", "plain", "user")
NOBODY = shapes.Chip("Unassigned", "idle", "user")
PHONE = shapes.Chip("Phone app", "plain", "smartphone")
READ = shapes.Tick("read", "check-check-read", "Read 10:44")
DELIVERED = shapes.Tick("delivered", "check-check", "Delivered 10:42")
FAILED = shapes.Tick("failed", "alert-circle", "Not delivered")

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


def initials(name: str) -> str:
    letters = [word[0] for word in name.replace("@", " ").split() if word[0].isalpha()]
    return "".join(letters[:2]).upper() or "#"


def row(number: int, person: dict[str, Any]) -> shapes.Row:
    key = UUID(int=0xC000 + number)
    at = NOW - timedelta(minutes=11 * number)
    return shapes.Row(
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


def tabs(current: str) -> tuple[shapes.ViewTab, ...]:
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
        shapes.ViewTab(key, label, icon, count, f"/inbox/?view={key}", key == current)
        for key, label, icon, count in names
    )


def made(cls: type, **values: Any) -> Any:
    """A shape from those values it has a field for: the shapes grow while this file stands."""
    names = {field.name for field in dataclasses.fields(cls)}
    return cls(**{name: value for name, value in values.items() if name in names})


def list_page(view: str = "open", *, empty: bool = False, search: str = "") -> shapes.ListPage:
    current = tabs(view)
    rows = () if empty else tuple(r for r in ROWS if search.lower() in r.name.lower())
    return made(
        shapes.ListPage,
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
    names = {field.name for field in dataclasses.fields(shapes.MessageView)}
    view = shapes.MessageView(**{k: v for k, v in defaults.items() if k in names})
    missing = {k: v for k, v in defaults.items() if k not in names}
    return More(view, **missing) if missing else view


# One number for each twentieth of a second of somebody who says a sentence.
PEAKS = [3, 5, 12, 18, 25, 31, 28, 14, 6, 2, 4, 16, 22, 27, 19, 9] * 4
MISSED = UUID(int=0x315)
VOICE = UUID(int=0x501)


def media(kind: str, state: str = "ready", **values: Any) -> shapes.MediaView:
    ready = state == "ready"
    seen = kind in ("image", "video", "sticker")
    defaults: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "state": state,
        "url": f"/media/{kind}/" if ready else "",
        "filename": "",
        "mime_type": "",
        "size_text": "148 KB",
        "width": 384 if seen else None,
        "height": 288 if seen else None,
        "error": "",
        "thumbnail_url": f"/media/{'image' if kind == 'video' else kind}/thumbnail/"
        if ready and seen
        else "",
        "duration": {"voice": "0:05", "audio": "0:04", "video": "0:03"}.get(kind, ""),
        "duration_s": {"voice": 5.0, "audio": 4.0, "video": 3.0}.get(kind, 0),
        "outline": outline(PEAKS) if kind == "voice" else "",
        "keep": state,
        "playable": ready and kind in ("video", "voice", "audio"),
        "can_retry": state in ("failed", "expired"),
    }
    return shapes.MediaView(**(defaults | values))


def attachment(
    conversation: UUID, name: str, size: int = 151_552, *, voice: bool = False
) -> shapes.AttachmentView:
    """As the server shows it in the tray: by the end of its name."""
    end = name.rpartition(".")[2]
    icon = {"jpg": "image", "png": "image", "mp4": "video", "mp3": "music"}.get(end, "file-text")
    return shapes.AttachmentView(
        id=(key := new_id()),
        kind="voice" if voice else icon,
        icon="voice" if voice else icon,
        name="Voice note" if voice else name,
        meta=f"{max(1, size // 1024)} KB",
        thumbnail_url="/media/image/thumbnail/" if icon == "image" else "",
        may_have_caption=not voice and icon != "music",
        remove_url=f"/inbox/{conversation}/attachments/{key}/remove/",
    )


def gallery_item(kind: str, **values: Any) -> shapes.GalleryItem:
    label = {"image": "That's my door", "video": "Video", "audio": "Audio"}.get(kind, "Document")
    return shapes.GalleryItem(
        new_id(), media(kind, **values), label, "Dora", "20 November 2026, 10:42"
    )


def gallery_link(url: str) -> shapes.GalleryLink:
    return shapes.GalleryLink(new_id(), url, url.split("/")[2], "Dora", "20 November 2026, 10:42")


LINKS = (
    gallery_link("https://track.example/4711"),
    gallery_link("https://example.org/a/very/long/path/that/never/ends/and/has/no/spaces?with=it"),
)


def gallery(conversation: UUID) -> shapes.Gallery:
    kinds = ("image", "video", "image", "image", "video")
    return shapes.Gallery(
        conversation_id=conversation,
        pictures=tuple(gallery_item(kind) for kind in kinds),
        documents=(
            gallery_item("document", filename="Rechnung 2026-11 – Kopie (wirklich final).pdf"),
            gallery_item("audio", filename="song.mp3"),
        ),
        links=LINKS,
    )


def gallery_page(conversation: UUID, tab: str, later: bool) -> shapes.GalleryPage:
    address = f"/inbox/{conversation}/media/"
    names = {"media": "Media", "documents": "Documents", "links": "Links"}
    kinds = ("image", "video", "image", "image") * 6 if tab == "media" else ("document",) * 5
    return shapes.GalleryPage(
        conversation_id=conversation,
        name="Dora Odhiambo",
        tab=tab,
        tabs=tuple(
            (key, label, f"{address}?tab={key}", key == tab) for key, label in names.items()
        ),
        items=()
        if tab == "links"
        else tuple(gallery_item(kind, filename=f"invoice {n}.pdf") for n, kind in enumerate(kinds)),
        links=LINKS if tab == "links" else (),
        more="" if later else f"{address}?tab={tab}&before=x",
    )


def event(minutes_ago: float, text: str, icon: str, why: str = "") -> shapes.EventLine:
    key = new_id()
    at = NOW - timedelta(minutes=minutes_ago)
    return shapes.EventLine(
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


FAILURE = shapes.Failure(
    "Not delivered",
    "This number is not on WhatsApp, or it has not accepted the latest terms.",
    "Try another way to reach this customer.",
    can_retry=True,
)
UNSURE = shapes.Failure(
    "Not confirmed",
    "We don't know whether this arrived.",
    "Check with the customer, or send it again: it may arrive twice.",
    can_retry=True,
)


def talk(c: UUID) -> list[Any]:
    """The usual conversation: the assistant first, then a person."""
    day = 24 * 60
    return [
        bubble(
            c,
            day + 300,
            text="Hi! I ordered on *Monday* (order _4711_) and have heard nothing since.",
        ),
        bubble(c, day + 299, text="Can you check please"),
        bubble(
            c,
            day + 298.5,
            look="ai",
            outbound=True,
            sender_name="Assistant",
            text="Hello Dora, of course. Order 4711 left our warehouse on Tuesday "
            "and is with the courier. Do you want the tracking link?",
        ),
        bubble(c, day + 295, text="Yes"),
        bubble(
            c,
            day + 294.5,
            look="ai",
            outbound=True,
            sender_name="Assistant",
            text="Here it is: https://track.example/4711\n"
            "It should arrive between 14:00 and 17:00.",
        ),
        bubble(c, 52, text="The parcel says delivered but nothing is here 😕"),
        bubble(
            c,
            51.5,
            kind="image",
            media=media("image"),
            text="That's my door",
        ),
        bubble(c, 51, id=VOICE, kind="voice", media=media("voice", id=VOICE)),
        event(
            50.5,
            "The assistant asked for a person",
            "hourglass",
            "The customer asked for a person.",
        ),
        event(44, "Ben has the conversation now", "user"),
        bubble(
            c,
            43,
            outbound=True,
            text="Hi Dora, this is Ben. I'm sorry about that! I'm calling the courier right now.",
        ),
        bubble(c, 42.8, outbound=True, text="Could you look whether a neighbour has it?"),
        bubble(c, 40, text="👍", only_emoji=True),
        bubble(
            c,
            39,
            text="nobody has it",
            quote=shapes.Quote("Ben", "Could you look whether a neighbour has it?", "#m-1"),
            reactions=(kind_shapes.ReactionView("🙏", "by Ben"),),
        ),
        bubble(
            c,
            12,
            outbound=True,
            tick=DELIVERED,
            text="The courier left it at the depot by mistake. They bring it _today_ before "
            "18:00; I keep an eye on it. As an apology there is a 10 € voucher in your account.",
        ),
        bubble(c, 0.6, text="Oh great, thank you Ben"),
    ]


def zoo(c: UUID) -> list[Any]:
    """Every kind there is, and every way it can go wrong."""
    location = {
        "location": {
            "latitude": -1.286389,
            "longitude": 36.817223,
            "name": "Nairobi Central",
            "address": "Moi Avenue 12",
            "url": None,
        }
    }
    cards = {
        "contacts": [
            {
                "name": "Chidi Eze",
                "company": "Eze & Sons",
                "title": "Purchasing",
                "phones": [
                    {"phone": "+234 803 123 4567", "wa_id": "2348031234567", "type": "MOBILE"},
                    {"phone": "+234 1 270 0000", "wa_id": None, "type": "WORK"},
                ],
                "emails": ["chidi@example.org"],
                "urls": ["https://eze.example/"],
                "addresses": ["12 Marina, Lagos, Nigeria"],
            }
        ]
    }
    order = {
        "order": {
            "catalog_id": "1",
            "text": None,
            "lines": [
                {
                    "product_retailer_id": "TEA-200-organic-first-flush-darjeeling",
                    "quantity": 2,
                    "price": "4.50",
                    "currency": "EUR",
                },
                {
                    "product_retailer_id": "MUG-BLUE",
                    "quantity": 1,
                    "price": "12.00",
                    "currency": "EUR",
                },
            ],
            "totals": {"EUR": "21.00"},
        }
    }
    return [
        bubble(
            c,
            200,
            text="مرحبا، أريد أن أسأل عن موعد التوصيل إلى عمّان غداً صباحاً. رقم الطلب 4711، شكراً",
        ),
        bubble(
            c,
            199,
            text="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte and "
            "https://example.org/a/very/long/path/that/never/ends/and/has/no/spaces/at/all?"
            "with=parameters&and=more",
        ),
        bubble(
            c,
            198,
            text="Here is code: `x = 1` and\n```\ndef hello():\n    return 'world'\n```\n"
            "~old~ *new*",
            forwarded=True,
        ),
        bubble(
            c,
            190,
            kind="document",
            media=media(
                "document", filename="Rechnung 2026-11 – Kopie (final) v2.pdf", size_text="1.2 MB"
            ),
        ),
        bubble(c, 189, kind="image", media=media("image", "pending", size_text="2.4 MB")),
        bubble(
            c,
            188,
            kind="video",
            id=MISSED,
            media=media("video", "expired", error="WhatsApp keeps files for seven days."),
            text="look",
        ),
        bubble(c, 187.5, kind="video", media=media("video")),
        bubble(
            c,
            187.4,
            kind="document",
            media=media("document", filename="invoice.pdf.exe", warning="This file can run."),
        ),
        bubble(c, 187.2, kind="voice", media=media("voice")),
        bubble(c, 187, kind="audio", media=media("audio")),
        bubble(c, 186, kind="sticker", media=media("sticker")),
        bubble(c, 185, kind="location", details=location),
        bubble(c, 184, kind="contacts", details=cards),
        bubble(c, 183, kind="order", details=order, text="Please deliver on Friday"),
        bubble(
            c,
            182,
            kind="interactive",
            details={
                "interactive": {
                    "type": "list_reply",
                    "title": "Express delivery",
                    "description": "Next day, 9 €",
                }
            },
            text="Express delivery",
        ),
        bubble(
            c, 181, kind="button", details={"button": {"text": "Yes, please"}}, text="Yes, please"
        ),
        bubble(
            c,
            180.6,
            kind="interactive",
            details={
                "interactive": {
                    "type": "nfm_reply",
                    "name": "flow",
                    "response_json": '{"flow_token": "x", "screen_0_Your_name_0": "Dora", '
                    '"rating": 4, "days": ["Monday", "Thursday"], "newsletter": true, '
                    '"address": {"street": "Via Roma 1", "city": "Torino"}}',
                }
            },
            text="Sent",
        ),
        bubble(
            c,
            180.4,
            kind="interactive",
            details={"interactive": {"type": "nfm_reply", "response_json": '{"rating": '}},
            text="Sent",
        ),
        bubble(
            c,
            180.2,
            text="Hello! I saw your ad",
            details={
                "referral": {
                    "source_type": "ad",
                    "source_url": "https://fb.me/xAmPle7Kq",
                    "headline": "Winter kettles, 20 % off",
                    "body": "Talk to us before Sunday",
                    "media_type": "image",
                    "welcome_message": "Hi! Which model are you looking at?",
                }
            },
        ),
        bubble(
            c,
            180,
            kind="unsupported",
            hint="Ask the customer to send it another way.",
            placeholder="The customer sent something that cannot be shown here (poll).",
        ),
        bubble(c, 179, kind="hologram"),
        bubble(
            c,
            178.5,
            kind="edit",
            text="I mean the blue one",
            details={"edit": {"original": "wamid.x"}},
        ),
        bubble(c, 178.4, kind="revoke", details={"revoke": {"original": "wamid.x"}}),
        bubble(
            c,
            178.3,
            text="Yes, that one",
            quote=shapes.Quote("", "An earlier message", ""),
            details={"context": {"product": "kettle-blue-17"}},
        ),
        bubble(c, 178, kind="system", text="Dora changed her number."),
        bubble(c, 177, deleted=True),
        bubble(c, 176, text="I meant Thursday", edited=True, arrived_late=True),
        bubble(
            c,
            120,
            outbound=True,
            kind="template",
            look="campaign",
            sender_name="Spring offer",
            template="spring_offer",
            header="Spring is here 🌱",
            text="Hello Dora, all seeds are *20 % off* until Sunday.",
            footer="Reply STOP to unsubscribe",
            buttons=("Show me", "Call us", "Stop"),
            via="Campaign",
        ),
        bubble(
            c,
            90,
            outbound=True,
            look="api",
            sender_name="",
            via="via API",
            text="Your invoice is attached.",
            tick=DELIVERED,
        ),
        bubble(
            c,
            80,
            outbound=True,
            look="device",
            sender_name="",
            via="from the phone",
            text="I'll be there at five",
            tick=DELIVERED,
        ),
        bubble(
            c, 60, outbound=True, text="Your order 4711 is on its way", tick=FAILED, failure=FAILURE
        ),
        bubble(
            c,
            50,
            outbound=True,
            text="And a second one, to be sure.",
            tick=shapes.Tick("unconfirmed", "help-circle", "Not confirmed by WhatsApp"),
            failure=UNSURE,
            unconfirmed=True,
        ),
        bubble(
            c,
            20,
            outbound=True,
            sender_name="Amina",
            text="Held until the number works again",
            tick=shapes.Tick("held", "pause-circle", "Held"),
        ),
        bubble(
            c,
            10,
            outbound=True,
            sender_name="Amina",
            text="Going out",
            tick=shapes.Tick("queued", "clock", "Waiting to be sent"),
        ),
        bubble(
            c,
            5,
            outbound=True,
            sender_name="Amina",
            text="Accepted",
            tick=shapes.Tick("accepted", "check-thin", "Accepted by WhatsApp"),
        ),
        bubble(
            c,
            4,
            outbound=True,
            sender_name="Amina",
            text="Played",
            tick=shapes.Tick("played", "play", "Played 10:50"),
        ),
    ]


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


SUGGESTION = shapes.SuggestionView(
    new_id(),
    "Hello Dora, order 4711 was returned to the depot. It is delivered again today before 18:00.",
    "Not sent: somebody took over first.",
)


def thread(number: int, **how: Any) -> shapes.ThreadPage:
    """how: state, owner_state, items, banner, draft."""
    who = ROWS[number]
    state = how.get("state", "free")
    owner_state = how.get("owner_state", "ai" if who.ai else "human")
    sentences = {
        "template": "The 24 hours are over. Send a template to reopen the conversation.",
        "locked": "You have blocked this customer. Unblock to write.",
        "free": "This customer waits for a person." if owner_state == "queued" else "",
    }
    hours = -0.1 if state == "template" else how.get("hours", 0.62)
    header = shapes.Header(
        conversation_id=who.id,
        name=who.name,
        initials=who.initials,
        address="+254 712 345 678",
        number="Support",
        window=window(who.id, hours),
        owner=AI if owner_state == "ai" else WAITING if owner_state == "queued" else BEN,
        owner_state=owner_state,
        status="open",
        version=7,
        can_take_over=owner_state in ("ai", "queued"),
        can_give_back=owner_state in ("human", "queued"),
        banner=how.get("banner", ""),
        banner_href="/settings/numbers/",
    )
    composer = shapes.ComposerState(
        conversation_id=who.id,
        state=state,
        sentence=sentences[state],
        expires_at=datetime.now(UTC) + timedelta(hours=hours),
        owner_state=owner_state,
        owner_name="Ben",
        version=7,
        contact_first_name=who.name.split()[0],
        can_take_over=header.can_take_over,
        can_give_back=header.can_give_back,
        assistant_sending=how.get("sending", ""),
        suggestions=how.get("suggestions", ()),
    )
    panel = shapes.ContactPanel(
        conversation_id=who.id,
        contact_id=new_id(),
        name=who.name,
        profile_name="Dora 🌻",
        username="dora.o",
        phone="+254 712 345 678",
        initials=who.initials,
        identities=(
            ("WhatsApp number", "254712345678"),
            ("WhatsApp user id", "KE.91HkfWxx0000AbCdEfGhIjKlMnOp"),
        ),
        language="English",
        consent="No objection to marketing",
        facts=(("Business number", "Support"), ("First seen", "3 March 2026, 09:14")),
        reasons=("The customer asked for a person.",),
        threads=(shapes.ThreadLink(new_id(), "Sales", "+254 712 345 678"),),
        same=(
            shapes.SameContact(
                new_id(),
                "Tea fan",
                "@tea_lover",
                new_id(),
                (shapes.ThreadLink(new_id(), "Support", "KE.91HkfWxx0000AbCdEfGhIjKlMnOp"),),
            ),
        ),
        hints=(
            shapes.MergeHint(
                new_id(),
                new_id(),
                "Dora O.",
                "+254 700 555 018",
                "A message carried the identifiers of both.",
            ),
        ),
        gallery=gallery(who.id),
    )
    items = how.get("items") or (zoo if how.get("zoo") else talk)(who.id)
    return shapes.ThreadPage(
        header=header,
        items=tuple(items),
        has_older=True,
        older_before="x",
        composer=composer,
        panel=panel,
        seq=100,
        unread_from=items[-1].order,
        draft=how.get("draft", ""),
        attachments=tuple(
            attachment(who.id, name) for name in how.get("tray", "").split(",") if name
        ),
    )


CHOICES = (
    shapes.PickerChoice(
        UUID(int=0xE1),
        "order_update",
        "en",
        "English",
        "Utility",
        "Hello {{1}}, there is news about your order {{2}}: {{3}}",
        True,
        "",
        "High quality",
    ),
    shapes.PickerChoice(
        UUID(int=0xE2),
        "reopen_conversation",
        "en",
        "English",
        "Utility",
        "Hello {{1}}, we have an answer for you. May we continue here?",
        True,
        "",
        "",
    ),
    shapes.PickerChoice(
        UUID(int=0xE3),
        "appointment_reminder_with_a_long_name_v3",
        "de",
        "German",
        "Utility",
        "Hallo {{1}}, wir erinnern an den Termin am {{2}}.",
        True,
        "",
        "",
    ),
    shapes.PickerChoice(
        UUID(int=0xE4),
        "spring_offer",
        "en",
        "English",
        "Marketing",
        "…",
        False,
        "Paused by Meta for quality",
        "Low quality",
    ),
    shapes.PickerChoice(
        UUID(int=0xE5),
        "login_code",
        "en",
        "English",
        "Authentication",
        "…",
        False,
        "Codes are sent by the API only",
        "",
    ),
)


def picker(
    conversation: UUID,
    *,
    chosen: UUID | None = None,
    values: dict[str, str] | None = None,
    errors: bool = False,
) -> shapes.Picker:
    choice = next((one for one in CHOICES if one.id == chosen), None)
    values = values or {}
    labels = [
        ("var:1", "First name", "Dora"),
        ("var:2", "Order number", "4711"),
        ("var:3", "The news", "it arrives today"),
    ]
    fields = (
        tuple(
            shapes.PickerField(
                name,
                label,
                example,
                values.get(name, ""),
                "Fill this in." if errors and not values.get(name) else "",
            )
            for name, label, example in labels[: choice.body.count("{{")]
        )
        if choice
        else ()
    )
    return shapes.Picker(
        conversation_id=conversation,
        choices=CHOICES,
        languages=(("en", "English"), ("de", "German")),
        categories=(("utility", "Utility"), ("marketing", "Marketing")),
        search="",
        language="",
        category="",
        chosen=choice,
        groups=(shapes.PickerGroup("Text", fields),) if fields else (),
        preview=preview(choice, values) if choice else None,
        errors=("Some values are missing.",) if errors else (),
        synced="Last synced today at 10:02: 5 templates",
    )


def preview(choice: shapes.PickerChoice, values: dict[str, str]) -> Letter:
    body = choice.body
    for number, example in (("1", "Dora"), ("2", "4711"), ("3", "it arrives today")):
        body = body.replace("{{" + number + "}}", values.get(f"var:{number}") or f"[{example}]")
    buttons = (LetterButton("Track it", "external-link"), LetterButton("Talk to us", "reply"))
    return Letter("", None, None, None, body, "Reply STOP to unsubscribe", buttons)
