"""What the picker, the settings page and senders read of templates."""

from templates_app.queries.catalogue import template_row, templates_page
from templates_app.queries.choices import (
    choice_filters,
    choice_of,
    template_choices,
    variables_of,
)
from templates_app.queries.listing import filtered_templates, suggested_templates
from templates_app.queries.lookups import template_by
from templates_app.queries.previews import compiled, preview
from templates_app.queries.syncs import sync_note, sync_states

__all__ = [
    "choice_filters",
    "choice_of",
    "compiled",
    "filtered_templates",
    "preview",
    "suggested_templates",
    "sync_note",
    "sync_states",
    "template_by",
    "template_choices",
    "template_row",
    "templates_page",
    "variables_of",
]
