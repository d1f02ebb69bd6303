"""What the picker, the settings page and senders read of templates."""

from templates_app.queries.catalogue import template_row, templates_page
from templates_app.queries.choices import (
    choice_filters,
    choice_of,
    template_choices,
    variables_of,
)
from templates_app.queries.details import edit_note, letter_of, template_details
from templates_app.queries.drafts import (
    draft_of_template,
    draft_row_of,
    draft_rows,
    known_templates,
)
from templates_app.queries.listing import filtered_templates, suggested_templates
from templates_app.queries.lookups import template_by
from templates_app.queries.previews import compiled, preview
from templates_app.queries.syncs import sync_note, sync_states

__all__ = [
    "choice_filters",
    "choice_of",
    "compiled",
    "draft_of_template",
    "draft_row_of",
    "draft_rows",
    "edit_note",
    "filtered_templates",
    "known_templates",
    "letter_of",
    "preview",
    "suggested_templates",
    "sync_note",
    "sync_states",
    "template_by",
    "template_choices",
    "template_details",
    "template_row",
    "templates_page",
    "variables_of",
]
