"""A bubble of every kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from inbox import bubble_shapes, shapes
from tests.e2e.front.made_up.basics import DELIVERED, FAILED
from tests.e2e.front.made_up.bubbles import FAILURE, MISSED, UNSURE, bubble
from tests.e2e.front.made_up.files import media


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
            quote=bubble_shapes.Quote("", "An earlier message", ""),
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
