"""Conversations, and the panes around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from inbox import bubble_shapes, kind_shapes, person_shapes, thread_shapes
from tests.e2e.front.made_up.basics import AI, BEN, DELIVERED, WAITING, new_id, window
from tests.e2e.front.made_up.bubbles import VOICE, bubble, event
from tests.e2e.front.made_up.every_kind import zoo
from tests.e2e.front.made_up.files import attachment, gallery, media
from tests.e2e.front.made_up.lists import ROWS


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
            quote=bubble_shapes.Quote("Ben", "Could you look whether a neighbour has it?", "#m-1"),
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


def thread(number: int, **how: Any) -> thread_shapes.ThreadPage:
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
    header = thread_shapes.Header(
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
        snooze=how.get("snooze"),
        banner=how.get("banner", ""),
        banner_href="/settings/numbers/",
    )
    composer = thread_shapes.ComposerState(
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
    panel = person_shapes.ContactPanel(
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
        threads=(person_shapes.ThreadLink(new_id(), "Sales", "+254 712 345 678"),),
        same=(
            person_shapes.SameContact(
                new_id(),
                "Tea fan",
                "@tea_lover",
                new_id(),
                (person_shapes.ThreadLink(new_id(), "Support", "KE.91HkfWxx0000AbCdEfGhIjKlMnOp"),),
            ),
        ),
        hints=(
            person_shapes.MergeHint(
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
    return thread_shapes.ThreadPage(
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
