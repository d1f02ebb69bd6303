"""Meta's numbers: sizes, sizes of files, rates. Source: Meta's documentation, September 2026."""

from collections.abc import Mapping
from types import MappingProxyType

KB = 1024
MB = 1024 * KB

# Text and interactive messages, in UTF-16 units (see `length`).
TEXT_BODY = 4096
CAPTION = 1024
INTERACTIVE_BODY = 1024
LIST_BODY = 4096
CAROUSEL_CARD_BODY = 160
CAROUSEL_CARD_LINE_BREAKS = 2
HEADER_TEXT = 60
FOOTER = 60
REPLY_BUTTONS = 3
REPLY_BUTTON_TITLE = 20
REPLY_BUTTON_ID = 256
LIST_BUTTON = 20
LIST_SECTIONS = 10
LIST_ROWS = 10
LIST_SECTION_TITLE = 24
LIST_ROW_ID = 200
LIST_ROW_TITLE = 24
LIST_ROW_DESCRIPTION = 72
CTA_URL_TEXT = 20
FLOW_CTA = 20
CAROUSEL_CARDS_LEAST = 2
CAROUSEL_CARDS = 10
PRODUCTS = 30
CONTACTS = 257
OPAQUE_DATA = 512

# The business profile.
PROFILE_ABOUT = 139
PROFILE_ADDRESS = 256
PROFILE_DESCRIPTION = 512
PROFILE_EMAIL = 128
PROFILE_WEBSITE = 256
PROFILE_WEBSITES = 2

# Templates.
TEMPLATE_NAME = 512
TEMPLATE_HEADER = 60
TEMPLATE_HEADER_VARIABLES = 1
TEMPLATE_BODY = 1024
TEMPLATE_FOOTER = 60
TEMPLATE_BUTTONS = 10
TEMPLATE_BUTTON_LABEL = 25
TEMPLATE_URL = 2000
TEMPLATE_URL_BUTTONS = 2
TEMPLATE_PHONE = 20
TEMPLATE_PHONE_BUTTONS = 1
TEMPLATE_COPY_CODE = 15
TEMPLATES_PER_UNVERIFIED_WABA = 250
TEMPLATES_PER_VERIFIED_WABA = 6000
TEMPLATES_CREATED_PER_HOUR = 100

# Business profile, callbacks, QR codes.
PROFILE_ABOUT = 139
PROFILE_ADDRESS = 256
PROFILE_DESCRIPTION = 512
PROFILE_EMAIL = 128
PROFILE_WEBSITES = 2
PROFILE_WEBSITE = 256
OVERRIDE_CALLBACK_URI = 200
QR_PREFILLED_TEXT = 140
QR_CODES_PER_NUMBER = 2000

# Files: the largest we may send, in bytes.
MEDIA_BYTES: Mapping[str, int] = MappingProxyType(
    {
        "audio": 16 * MB,
        "voice": 16 * MB,
        "document": 100 * MB,
        "image": 5 * MB,
        "sticker": 500 * KB,
        "video": 16 * MB,
    }
)
STATIC_STICKER_BYTES = 100 * KB
VOICE_BYTES_WITH_PLAY_ICON = 512 * KB
INBOUND_MEDIA_BYTES = 100 * MB
STICKER_SIDE_PX = 512

OFFICE = "application/vnd.openxmlformats-officedocument"
MIME_TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "audio": frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        "voice": frozenset({"audio/ogg"}),
        "document": frozenset(
            {
                "text/plain",
                "application/pdf",
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                f"{OFFICE}.wordprocessingml.document",
                f"{OFFICE}.spreadsheetml.sheet",
                f"{OFFICE}.presentationml.presentation",
            }
        ),
        "image": frozenset({"image/jpeg", "image/png"}),
        "sticker": frozenset({"image/webp"}),
        "video": frozenset({"video/mp4", "video/3gpp"}),
    }
)

# Lives.
MEDIA_URL_LIFE_S = 5 * 60
INBOUND_MEDIA_LIFE_S = 7 * 24 * 3600
UPLOADED_MEDIA_LIFE_S = 30 * 24 * 3600
REACTION_TARGET_LIFE_S = 30 * 24 * 3600
QUOTE_TARGET_LIFE_S = 30 * 24 * 3600
READ_RECEIPT_TARGET_LIFE_S = 30 * 24 * 3600
LINK_CACHE_S = 10 * 60
TYPING_S = 25

# Rates.
MESSAGES_PER_S = 80
MESSAGES_PER_S_UPGRADED = 1000
MESSAGES_PER_S_COEXISTENCE = 20
PAIR_INTERVAL_S = 6
PAIR_BURST = 45
PER_USER_MARKETING_PAUSE_S = 24 * 3600
MANAGEMENT_CALLS_PER_HOUR = 200
MANAGEMENT_CALLS_PER_HOUR_ACTIVE = 5000
REGISTRATIONS_PER_72_HOURS = 10
MESSAGING_LIMITS = (250, 2_000, 10_000, 100_000)
FREE_SERVICE_MESSAGES_PER_MONTH = 1000

# Webhooks.
WEBHOOK_UPDATES = 1000
WEBHOOK_BYTES = 3 * MB
TEST_RECIPIENTS = 5


def length(text: str) -> int:
    """The length in UTF-16 units. Meta does not say what a character is; this is the safe reading.

    Lone surrogates count as one.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
