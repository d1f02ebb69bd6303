"""Made-up shapes: one customer of every mood, one bubble of every kind. No database."""

from tests.e2e.front.made_up.basics import ME
from tests.e2e.front.made_up.bubbles import MISSED, SUGGESTION, about, bubble
from tests.e2e.front.made_up.every_kind import zoo
from tests.e2e.front.made_up.files import attachment, gallery_page, media
from tests.e2e.front.made_up.lists import ROWS, list_page, tabs
from tests.e2e.front.made_up.templates import CHOICES, picker, preview
from tests.e2e.front.made_up.threads import thread

__all__ = [
    "CHOICES",
    "ME",
    "MISSED",
    "ROWS",
    "SUGGESTION",
    "about",
    "attachment",
    "bubble",
    "gallery_page",
    "list_page",
    "media",
    "picker",
    "preview",
    "tabs",
    "thread",
    "zoo",
]
