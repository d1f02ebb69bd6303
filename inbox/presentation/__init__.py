"""From rows to shapes: what a viewer of one language and zone sees. No queries here."""

from inbox.presentation.about import about
from inbox.presentation.bubbles import message_view
from inbox.presentation.failing import failure
from inbox.presentation.lines import event_line, reason_text
from inbox.presentation.naming import (
    address_of,
    may_give_back,
    may_take_over,
    name_of,
    name_of_contact,
    order_of,
    owner_name,
)
from inbox.presentation.panes import composer_state, header, reason_of_suggestion
from inbox.presentation.rows import row

__all__ = [
    "about",
    "address_of",
    "composer_state",
    "event_line",
    "failure",
    "header",
    "may_give_back",
    "may_take_over",
    "message_view",
    "name_of",
    "name_of_contact",
    "order_of",
    "owner_name",
    "reason_of_suggestion",
    "reason_text",
    "row",
]
