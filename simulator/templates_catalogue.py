"""Sample templates of every kind a business meets, in several languages and states."""

from dataclasses import replace

from simulator.template_parts import (
    FIRST_TEMPLATE_ID,
    Template,
    body,
    buttons,
    call,
    flow,
    footer,
    header,
    link,
    location_header,
    media_header,
    quick,
)
from simulator.templates_offers import authentication, marketing, named, others

__all__ = ["Template", "catalogue"]

SHOP = "https://shop.example"


def catalogue() -> list[Template]:
    """A fresh copy of all samples, each with its id."""
    rows = [
        *_utility(),
        *_media_and_places(),
        *named(),
        *marketing(),
        *authentication(),
        *others(),
    ]
    return [replace(row, id=str(FIRST_TEMPLATE_ID + number)) for number, row in enumerate(rows)]


def _utility() -> list[Template]:
    track = (f"{SHOP}/track/{{{{1}}}}", f"{SHOP}/track/40-1187")
    return [
        Template(
            "hello_world",
            "en_US",
            "UTILITY",
            [
                header("Hello World"),
                body("Welcome and congratulations!!"),
                footer("WhatsApp Business Platform sample message"),
            ],
        ),
        Template(
            "order_update",
            "en_US",
            "UTILITY",
            [
                body("Hello {{1}}, your order {{2}} is on its way.", "Dora", "40-1187"),
                footer("Kettle & Co"),
            ],
            quality="GREEN",
        ),
        Template(
            "order_update",
            "de",
            "UTILITY",
            [
                body("Hallo {{1}}, deine Bestellung {{2}} ist unterwegs.", "Dora", "40-1187"),
                footer("Kettle & Co"),
            ],
            quality="GREEN",
        ),
        Template(
            "order_update",
            "ar",
            "UTILITY",
            [
                body("مرحبًا {{1}}، طلبك رقم {{2}} في الطريق إليك.", "أمير", "40-1187"),
                footer("Kettle & Co"),
            ],
        ),
        Template(
            "order_update",
            "pt_BR",
            "UTILITY",
            [body("Olá {{1}}, o seu pedido {{2}} está a caminho.", "Caetano", "40-1187")],
        ),
        Template(
            "order_update",
            "fr",
            "UTILITY",
            [body("Bonjour {{1}}, votre commande {{2}} est en route.", "Imogen", "40-1187")],
            status="PENDING",
        ),
        Template(
            "kettle_restock",
            "en_US",
            "UTILITY",
            [
                header("{{1}} is back", "Blue kettle"),
                body("Good news, {{1}}: it is on the shelf from {{2}} on.", "Dora", "Friday"),
            ],
        ),
        Template(
            "shop_closed_today",
            "en_US",
            "UTILITY",
            [body("Our shop is closed today. We answer tomorrow from 9:00.")],
        ),
        Template(
            "track_parcel",
            "en_US",
            "UTILITY",
            [
                body("Parcel {{1}} has left our warehouse.", "40-1187"),
                buttons(link("Track parcel", *track)),
            ],
            quality="GREEN",
        ),
        Template(
            "track_parcel",
            "de",
            "UTILITY",
            [
                body("Das Paket {{1}} hat unser Lager verlassen.", "40-1187"),
                buttons(link("Paket verfolgen", *track)),
            ],
        ),
        Template(
            "appointment_reminder",
            "en_US",
            "UTILITY",
            [
                header("Your appointment"),
                body(
                    "Hi {{1}}, we expect you on {{2}}. Does that still suit you?",
                    "Dora",
                    "Friday 10:00",
                ),
                footer("Reply any time"),
                buttons(quick("Confirm"), quick("Move it")),
            ],
            quality="GREEN",
        ),
        Template(
            "appointment_reminder",
            "es",
            "UTILITY",
            [
                header("Tu cita"),
                body(
                    "Hola {{1}}, te esperamos el {{2}}. ¿Te sigue viniendo bien?",
                    "Dora",
                    "viernes 10:00",
                ),
                buttons(quick("Confirmar"), quick("Cambiar")),
            ],
        ),
        Template(
            "we_missed_you",
            "en_US",
            "UTILITY",
            [
                body(
                    "Hello {{1}}, we answered your question of {{2}}. May we write here again?",
                    "Dora",
                    "Monday",
                ),
                buttons(quick("Yes, please"), quick("No, thanks")),
            ],
        ),
        Template(
            "call_us_back",
            "en_US",
            "UTILITY",
            [
                body("We tried to reach you about order {{1}}, but nobody answered.", "40-1187"),
                buttons(
                    call("Call the shop", "+15550783881"), link("Opening hours", f"{SHOP}/hours")
                ),
            ],
        ),
        Template(
            "delivery_window",
            "en_US",
            "UTILITY",
            [
                body(
                    "Your delivery comes between {{1}} and {{2}}, driver {{3}}, van {{4}}. "
                    "Please keep {{5}} at hand, thank you.",
                    "9:00",
                    "11:00",
                    "Wanjiru",
                    "12",
                    "your code",
                )
            ],
        ),
    ]


def _media_and_places() -> list[Template]:
    return [
        Template(
            "invoice_ready",
            "en_US",
            "UTILITY",
            [
                media_header("DOCUMENT"),
                body(
                    "Hello {{1}}, here is the invoice for order {{2}} as a file.", "Dora", "40-1187"
                ),
            ],
        ),
        Template(
            "invoice_ready",
            "de",
            "UTILITY",
            [
                media_header("DOCUMENT"),
                body(
                    "Hallo {{1}}, hier ist die Rechnung zu Bestellung {{2}} als Datei.",
                    "Dora",
                    "40-1187",
                ),
            ],
        ),
        Template(
            "how_to_descale",
            "en_US",
            "UTILITY",
            [media_header("VIDEO"), body("One minute on how to descale your kettle.")],
        ),
        Template(
            "pickup_point",
            "en_US",
            "UTILITY",
            [location_header(), body("Order {{1}} waits for you here until Saturday.", "40-1187")],
        ),
        Template(
            "return_form",
            "en_US",
            "UTILITY",
            [
                body("Tell us what you want to send back, in three short steps."),
                buttons(flow("Open the form", "1418226635962211")),
            ],
        ),
        Template(
            "ask_for_number",
            "en_US",
            "UTILITY",
            [
                body("May we have your phone number for the courier?"),
                buttons({"type": "REQUEST_CONTACT_INFO", "text": "Share number"}),
            ],
        ),
    ]
