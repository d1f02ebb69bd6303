"""From rows to shapes: what a viewer of one language and zone sees. No queries here."""

from inbox.presentation.about import about
from inbox.presentation.bubbles import message_view
from inbox.presentation.failing import failure
from inbox.presentation.lines import event_line, reason_text
from inbox.presentation.naming import (
    may_give_back,
    may_take_over,
    name_of,
    order_of,
    owner_name,
)
from inbox.presentation.panes import composer_state, header, panel, reason_of_suggestion
from inbox.presentation.rows import row

__all__ = [
    "about",
    "composer_state",
    "event_line",
    "failure",
    "header",
    "may_give_back",
    "may_take_over",
    "message_view",
    "name_of",
    "order_of",
    "owner_name",
    "panel",
    "reason_of_suggestion",
    "reason_text",
    "row",
]
