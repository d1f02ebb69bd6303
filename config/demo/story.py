"""What was said before the visitor came: customers, lines, and how long ago.

The customers are those of the simulator's phone, so that the visitor can go on as any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Customer:
    """As a webhook names a person. wa_id: None for one who hides the number."""

    key: str
    name: str
    wa_id: str | None
    bsuid: str
    username: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One message. minutes: how long ago. who: "customer", "assistant", or a person's first name.

    kind and file: for what is not text. status: of our own messages.
    """

    minutes: float
    who: str
    text: str
    kind: str = "text"
    file: str = ""
    status: str = "read"


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation. owner: assistant, waiting, nobody, or a person's first name.

    note: what that person wrote for the team.
    """

    customer: Customer
    owner: str
    lines: tuple[Line, ...]
    closed: bool = False
    reason: str = ""
    note: str = ""


DORA = Customer("dora", "Dora Lindqvist", "12025550143", "US.48213907716450285531")
IMOGEN = Customer("imogen", "Imogen Clarke", "447700900461", "GB.90314422865170937714")
CAETANO = Customer("caetano", "Caetano Moura", "551195550164", "BR.77120934410286653190")
WANJIRU = Customer("wanjiru", "Wanjiru Kamau", "254700555018", "KE.20991835527640183345")
AMIR = Customer("amir", "أمير حدّاد", "12025550187", "US.61930275584417702938")
NADIA = Customer("nadia", "Nadia K.", None, "DE.35570918264401927786", "nadia.k")

DAY: Final = 24 * 60  # minutes
WINDOW_MINUTES: Final = DAY

STORIES: Final = (
    Story(
        DORA,
        "Amina",
        (
            Line(190, "customer", "Hi! I ordered the blue kettle last week (order 40-1187)."),
            Line(189, "assistant", "Hello Dora! I am the shop's assistant. How can I help?"),
            Line(186, "customer", "It arrived with a dent. I'd like to talk to a person please."),
            Line(185.5, "assistant", "Of course. A colleague will be with you shortly."),
            Line(
                180,
                "Amina",
                "Hello Dora, Amina here. I'm sorry about that! Could you send a photo?",
            ),
            Line(44, "customer", "Here it is", "image", "kettle.jpg"),
            Line(43, "customer", "The dent is right below the spout 😕"),
            Line(
                40,
                "Amina",
                "Thank you, that is clear. I can send a new one *today*, free of charge.",
            ),
            Line(12, "customer", "That would be wonderful. Same address as before?"),
        ),
    ),
    Story(
        AMIR,
        "nobody",
        (
            Line(96, "customer", "مرحبا، هل الغلاية النحاسية متوفرة باللون الأزرق؟"),
            Line(90, "Ben", "أهلاً أمير! نعم، وصلتنا دفعة جديدة هذا الصباح."),
            Line(5, "customer", "ممتاز. كم يستغرق التوصيل إلى واشنطن؟ طلبي رقم 40-1203"),
        ),
    ),
    Story(
        WANJIRU,
        "waiting",
        (
            Line(9, "customer", "Habari! Je, mnatuma hadi Nairobi?"),
            Line(
                8.5,
                "assistant",
                "We ship to most countries within 5 to 8 days. Shipping is free from 60 USD.",
            ),
            Line(
                3, "customer", "Ningependa kuongea na mtu, tafadhali. I want to talk to a person."
            ),
            Line(2.8, "assistant", "Of course. A colleague will be with you shortly."),
        ),
        reason="customer_asked",
    ),
    Story(
        IMOGEN,
        "Ben",
        (
            Line(WINDOW_MINUTES + 30, "customer", "Good morning"),
            Line(WINDOW_MINUTES + 25, "Ben", "Good morning Imogen! What can I do for you?"),
            Line(WINDOW_MINUTES - 6, "customer", "When is the gasket set back in stock?"),
        ),
        note="The maker says Tuesday. I call them again on Monday afternoon.",
    ),
    Story(
        CAETANO,
        "assistant",
        (
            Line(22, "customer", "Oi, tudo bem? Quais são os horários da loja?"),
            Line(21.8, "assistant", "We are open Monday to Saturday, 9:00 to 18:00."),
            Line(18, "customer", "Obrigado!", status=""),
        ),
    ),
    Story(
        NADIA,
        "nobody",
        (
            Line(3 * DAY + 40, "customer", "Hallo, wo finde ich die Anleitung für den Samowar?"),
            Line(
                3 * DAY + 30,
                "Amina",
                "Guten Tag! Ich schicke sie Ihnen gleich.",
                status="delivered",
            ),
            Line(2 * DAY + 200, "customer", "Danke, hat geklappt. Er läuft 🎉"),
        ),
    ),
    Story(
        Customer("grete", "Grete Sommer", "4915550124", "DE.55013392710048813377"),
        "Amina",
        (
            Line(6 * DAY, "customer", "Kann ich die Bestellung noch ändern?"),
            Line(6 * DAY - 15, "Amina", "Ist geändert: zwei statt einem Sieb."),
            Line(6 * DAY - 20, "customer", "Perfekt, vielen Dank!"),
        ),
        closed=True,
    ),
    Story(
        Customer("tomas", "Tomás Ferrer", "34600555019", "ES.71199044820013345581"),
        "nobody",
        (
            Line(260, "customer", "Os mando un audio, es más fácil", "voice", "voice.ogg"),
            Line(259, "customer", "", "location"),
            Line(258, "customer", "¿Recogéis aquí la tetera antigua?"),
        ),
    ),
    Story(
        Customer("priya", "प्रिया नायर", "919876550124", "IN.10087723349918820045"),
        "Ben",
        (
            Line(640, "customer", "क्या आप मुझे रसीद भेज सकते हैं?"),
            Line(630, "Ben", "Of course, here it comes.", status="delivered"),
            Line(625, "customer", "धन्यवाद! मैं यह भरकर भेजती हूँ।", "document", "receipt.pdf"),
        ),
    ),
)

BOT_SETTINGS: Final = {
    "greeting": "Hello! I am the assistant of Kettle & Co. Ask me about opening hours or delivery,"
    ' or write "talk to a person".',
    "holding_line": "Of course. A colleague will be with you shortly.",
    "miss": "I did not understand that. I know about opening hours and delivery; for anything else"
    ' write "talk to a person".',
    "faq": [
        {
            "questions": [
                "opening hours",
                "when are you open",
                "horários da loja",
                "Öffnungszeiten",
                "horario",
                "ساعات العمل",
            ],
            "answer": "We are open Monday to Saturday, 9:00 to 18:00.",
        },
        {
            "questions": [
                "delivery",
                "shipping",
                "how long does delivery take",
                "Lieferung",
                "envío",
            ],
            "answer": "We ship to most countries within 5 to 8 days. Shipping is free from 60 USD.",
        },
    ],
}
