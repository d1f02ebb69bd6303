"""The life of one thread as Meta tells it, in any order, in any bodies; and what is shown of it.

A life is made of items that could each be delivered alone. They happen in different seconds, so
Meta's time orders them whatever order they arrive in.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.actors import SYSTEM
from accounts.models import PhoneNumber
from inbox import log_pages, outgoing
from inbox.actions.conversations import conversation_with
from inbox.actions.importing import import_outbound
from inbox.bubble_shapes import EventLine
from inbox.message_status import Status
from inbox.models import Contact, Conversation, Message, StatusEvent
from inbox.shapes import Variant
from tests.cast import PHONE_NUMBER_ID, WABA_ID
from whatsapp.ids import own_part

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]

BORN = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
VARIANT = Variant("en", "UTC")
MOST_CHANGES = 10  # of number, in one life: a chain of twenty is followed no further
BUSINESS = "15550783881"
HEX_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@dataclass(frozen=True, repr=False)
class Thing:
    """One item. field and list name where Meta puts it; contact: who is named beside it."""

    kind: str
    field: str
    listed: str
    raw: dict[str, Any]
    contact: dict[str, Any] | None

    def __repr__(self) -> str:
        about = [
            self.raw.get(name)
            for name in ("id", "status", "reaction", "context")
            if name in self.raw
        ]
        return f"{self.kind} {about}"


@dataclass(repr=False)
class Life:
    """things: what is delivered, as it happened. ours: wamid and time of what we have sent.

    lost: those of ours whose answer was lost; Meta names them by our own id. met: there is a thread
    with this person before anything is delivered.
    """

    pick: Pick
    at: datetime = BORN
    wa_id: str = "12025550143"
    bsuid: str = "US.48213907716450285531"
    things: list[Thing] = field(default_factory=list)
    ours: list[tuple[str, datetime]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    met: bool = True
    texts: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    echoed: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Life({self.things})"

    def live(self, kind: str) -> None:
        """The next thing happens, if it can: nobody quotes where nothing was said."""
        self.at += timedelta(seconds=self.pick([1, 7, 50]))
        HAPPENINGS[kind](self)

    def stranger(self) -> None:
        """We had nothing with this person before this life."""
        self.met = False

    # --- the customer ---

    def text(self) -> None:
        self.texts.append(self._says("text", text={"body": f"line {len(self.things)}"}))

    def image(self) -> None:
        image = {"id": f"{len(self.things)}01", "mime_type": "image/jpeg", "sha256": "x="}
        self._says("image", image=image | {"caption": "look"})

    def quote(self) -> None:
        if targets := self.everything():
            context = {"from": BUSINESS, "id": self._named(self.pick(targets))}
            self._says("text", text={"body": f"about that {len(self.things)}"}, context=context)

    def quote_of_ours(self) -> None:
        if sent := [wamid for wamid, _at in self.ours if wamid not in self.lost]:
            context = {"from": BUSINESS, "id": self._named(self.pick(sent))}
            self._says("text", text={"body": f"yes, that {len(self.things)}"}, context=context)

    def quote_of_unknown(self) -> None:
        context = {"from": BUSINESS, "id": "wamid.of.long.ago"}
        self._says("text", text={"body": f"about that {len(self.things)}"}, context=context)

    def reaction(self) -> None:
        self._reacts(self.pick(["👍", "❤️"]))

    def reaction_removed(self) -> None:
        self._reacts("")

    def edit(self) -> None:
        if self.texts:
            body = {"type": "text", "text": {"body": f"corrected {len(self.things)}"}}
            edit = {"original_message_id": self._named(self.pick(self.texts)), "message": body}
            self._tells("edit", edit=edit)

    def revoke(self) -> None:
        if self.theirs:
            original = self._named(self.pick(self.theirs))
            self._tells("revoke", revoke={"original_message_id": original})

    def new_number(self) -> None:
        """The number and the id of the person change; Meta says so before they write again."""
        count = sum(thing.kind == "new_number" for thing in self.things) + 1
        if count > MOST_CHANGES:
            return
        old, self.wa_id = self.wa_id, f"1202555{count:04}"
        previous, self.bsuid = self.bsuid, f"US.558309172644100981{count:02}"
        system = {"type": "user_changed_number", "body": "changed", "wa_id": self.wa_id}
        system |= {"user_id": self.bsuid, "previous_user_id": previous}
        raw = self._raw("system", system=system, **{"from": old})
        self.things.append(Thing("new_number", "messages", "messages", raw, None))

    def _says(self, kind: str, **content: Any) -> str:
        wamid = self._tells(kind, **content)
        self.theirs.append(wamid)
        return wamid

    def _reacts(self, emoji: str) -> None:
        if targets := self.everything():
            target = self._named(self.pick(targets))
            self._tells("reaction", reaction={"message_id": target, "emoji": emoji})

    def _tells(self, kind: str, **content: Any) -> str:
        raw = self._raw(kind, **{"from": self.wa_id, "from_user_id": self.bsuid}, **content)
        self.things.append(Thing(kind, "messages", "messages", raw, self._contact()))
        return str(raw["id"])

    # --- we ---

    def answer(self) -> None:
        """We wrote from here: a row of ours, whose statuses Meta tells."""
        own = f"3EB0FFFF{len(self.ours):012}"
        self.ours.append((an_id(self.wa_id, own, ours=True), self.at))

    def lost_answer(self) -> None:
        self.answer()
        self.lost.add(self.ours[-1][0])

    def status(self) -> None:
        if self.ours:
            wamid, sent_at = self.pick(self.ours)
            word = self.pick(["sent", "delivered", "read", "failed"])
            after = ["sent", "delivered", "read", "failed"].index(word) + 1
            moment = sent_at + timedelta(milliseconds=after)
            raw = {"id": wamid, "status": word, "timestamp": _seconds(moment)}
            raw |= {"recipient_id": self.wa_id}
            if word == "failed":
                raw["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
            self.things.append(Thing("status", "messages", "statuses", raw, self._contact()))

    def echo(self) -> None:
        body = {"body": f"from the phone {len(self.things)}"}
        self.echoed.append(self._types("text", text=body))

    def echo_edit(self) -> None:
        if self.echoed:
            body = {
                "type": "text",
                "text": {"body": f"from the phone, corrected {len(self.things)}"},
            }
            self._types(
                "edit", edit={"original_message_id": self.pick(self.echoed), "message": body}
            )

    def echo_revoke(self) -> None:
        if self.echoed:
            self._types("revoke", revoke={"original_message_id": self.pick(self.echoed)})

    def _types(self, kind: str, **content: Any) -> str:
        raw = self._raw(kind, to=self.wa_id, to_user_id=self.bsuid, **content)
        raw |= {"from": BUSINESS}
        listed, named = "message_echoes", "smb_message_echoes"
        self.things.append(Thing(f"echo_{kind}", named, listed, raw, None))
        return str(raw["id"])

    # --- both ---

    def everything(self) -> list[str]:
        """What can be quoted or reacted to."""
        return self.theirs + self.echoed + [wamid for wamid, _at in self.ours]

    def _raw(self, kind: str, **more: Any) -> dict[str, Any]:
        wamid = an_id(self.wa_id, f"3EB00000{len(self.things):012}")
        return {"id": wamid, "timestamp": _seconds(self.at), "type": kind} | more

    def _named(self, wamid: str) -> str:
        """The id of a message by which Meta tells of it now: the one we have, or another."""
        return str(self.pick([wamid, an_id(self.bsuid, own_part(wamid), ours=True)]))

    def _contact(self) -> dict[str, Any]:
        return {"profile": {"name": "Dora"}, "wa_id": self.wa_id, "user_id": self.bsuid}


def an_id(chat: str, own: str, *, ours: bool = False) -> str:
    """A wamid as Meta makes them: the chat and a side, then what is the message's own."""
    name, told = chat.encode(), own.encode()
    side = b"\x11" if ours else b"\x12"
    head = b"\x1c\x18" + bytes([len(name)]) + name + b"\x15\x02\x00" + side
    return "wamid." + b64encode(head + b"\x18" + bytes([len(told)]) + told + b"\x00").decode()


HAPPENINGS: dict[str, Callable[[Life], None]] = {
    name: getattr(Life, name)
    for name in (
        *("text", "image", "quote", "quote_of_ours", "quote_of_unknown"),
        *(
            "reaction",
            "reaction_removed",
            "edit",
            "revoke",
            "new_number",
            "stranger",
            "answer",
            "lost_answer",
            "status",
        ),
        *("echo", "echo_edit", "echo_revoke"),
    )
}


def a_life(kinds: Iterable[str], pick: Pick, born: datetime = BORN) -> Life:
    """Whatever these kinds of things make of a thread. pick: chooses among what there is."""
    life = Life(pick, born)
    for kind in kinds:
        life.live(kind)
    return life


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


# --- how it is delivered ---


def a_body(
    things: Sequence[Thing], *, waba_id: str = WABA_ID, phone_number_id: str = PHONE_NUMBER_ID
) -> dict[str, Any]:
    """One webhook with these items in this order; neighbours of one list share their change."""
    changes: list[dict[str, Any]] = []
    last: Thing | None = None
    for thing in things:
        if last is None or (last.field, last.listed) != (thing.field, thing.listed):
            metadata = {"display_phone_number": BUSINESS, "phone_number_id": phone_number_id}
            value = {"messaging_product": "whatsapp", "metadata": metadata, thing.listed: []}
            changes.append({"field": thing.field, "value": value})
        value = changes[-1]["value"]
        value[thing.listed].append(thing.raw)
        if thing.contact is not None and thing.contact not in value.setdefault("contacts", []):
            value["contacts"].append(thing.contact)
        last = thing
    return {"object": "whatsapp_business_account", "entry": [{"id": waba_id, "changes": changes}]}


def prepared(number: PhoneNumber, life: Life) -> dict[str, str]:
    """The thread with what we have sent by then; our ids, by wamid, where the answer was lost.

    With somebody we have never met and sent nothing there is none.
    """
    if not (life.met or life.ours):
        return {}
    thread = conversation_with(number, to="+12025550143", country_code=None, at=life.at)
    lost: dict[str, str] = {}
    for wamid, at in life.ours:
        row = import_outbound(
            thread.pk,
            outgoing.text(f"answer {wamid}"),
            by=SYSTEM,
            at=at,
            status=Status.ACCEPTED,
            wamid=wamid,
        )
        if wamid in life.lost:
            lost[wamid] = str(row.pk)
            Message.objects.filter(pk=row.pk).update(
                wamid=None, status=Status.UNCONFIRMED, status_rank=0, accepted_at=None, sent_at=None
            )
    return lost


def with_our_ids(things: Iterable[Thing], lost: dict[str, str]) -> list[Thing]:
    """The same, with the ids that Meta returns in every status of a message of ours."""
    return [
        Thing(
            thing.kind,
            thing.field,
            thing.listed,
            thing.raw | {"biz_opaque_callback_data": lost[thing.raw["id"]]},
            thing.contact,
        )
        if thing.kind == "status" and thing.raw["id"] in lost
        else thing
        for thing in things
    ]


# --- what is shown of it ---


def shown(number: PhoneNumber, at: datetime | None = None) -> dict[str, Any]:
    """All that people see of a number's only thread; rows are called by what they stand for."""
    moment = at or timezone.now()
    thread = Conversation.objects.select_related("contact", "identity").get(phone_number=number)
    names = _names(thread)
    bubbles, lines = [], []
    for item in _all_items(thread, moment):
        if isinstance(item, EventLine):
            lines.append(item.text)  # these stand where they arrived
        else:
            html = render_to_string("inbox/messages/_message.html", {"message": item})
            bubbles.append(HEX_ID.sub(lambda found: _named(found[0], names), html))
    newest = Message.objects.filter(conversation=thread, pk__in=[thread.last_message_id]).first()
    return {
        "bubbles": bubbles,
        "lines": sorted(lines),
        "statuses": _statuses(thread),
        "unread": thread.inbound_count,
        "messages": thread.message_count,
        "window": str(thread.window_opened_at),
        "status": str(thread.status),
        "newest": (newest and newest.wamid, thread.last_message_preview),
        "last_inbound": (thread.last_inbound_wamid, str(thread.last_inbound_at)),
        "answers_go_to": thread.identity and thread.identity.value,
        "phone": thread.contact.phone,
        "people": Contact.objects.filter(organization=number.organization_id).count(),
        "identities": sorted(thread.contact.identities.values_list("value", flat=True)),
    }


def _all_items(thread: Conversation, at: datetime) -> list[Any]:
    items: list[Any] = []
    before: str | None = ""
    while before is not None:
        page = log_pages.before(thread, VARIANT, at=at, order=before)
        items = [*page.items, *items]
        before = page.older_before or None
    return items


def _names(thread: Conversation) -> dict[str, str]:
    """What each row is called in every telling of the same life."""
    names = {thread.pk.hex: "thread"}
    for row in Message.objects.filter(conversation=thread).select_related("media"):
        names[row.pk.hex] = str(row.wamid or row.content.get("body"))
        if media := getattr(row, "media", None):
            names[media.pk.hex] = f"file of {row.wamid}"
    return names


def _named(found: str, names: dict[str, str]) -> str:
    plain = found.replace("-", "")
    return names.get(plain, found)


def _statuses(thread: Conversation) -> list[Any]:
    rows = Message.objects.filter(conversation=thread, direction="outbound").order_by("wamid")
    fields = ("wamid", "status", "failure", "sent_at", "delivered_at", "read_at", "failed_at")
    events = StatusEvent.objects.filter(message__conversation=thread)
    return [
        *(tuple(map(str, row)) for row in rows.values_list(*fields)),
        *sorted(
            tuple(map(str, one)) for one in events.values_list("message__wamid", "status", "at")
        ),
    ]
