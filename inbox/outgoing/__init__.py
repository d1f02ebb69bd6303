"""What is about to be sent: what the customer will see, and the Graph content it becomes.

One builder per type. Each checks Meta's limits before Meta is asked, and freezes what the thread
will show. No queries, no clock: files come in as values.
"""

from inbox.outgoing.files import FileFacts, file, file_of_meta, kind_for
from inbox.outgoing.interactive import buttons, choices, flow, interactive, link
from inbox.outgoing.others import contacts, location, raw, reaction
from inbox.outgoing.shape import Outgoing, frozen_content
from inbox.outgoing.texts import template, text

__all__ = [
    "FileFacts",
    "Outgoing",
    "buttons",
    "choices",
    "contacts",
    "file",
    "file_of_meta",
    "flow",
    "frozen_content",
    "interactive",
    "kind_for",
    "link",
    "location",
    "raw",
    "reaction",
    "template",
    "text",
]
