"""What changes templates here: the desk's own acts, syncs with Meta's list, Meta's notices."""

from templates_app.actions.desk import (
    check_editable,
    create_template,
    delete_template,
    edit_template,
    unpause_template,
    upload_sample,
)
from templates_app.actions.drafts import drop_draft, save_draft
from templates_app.actions.notices import apply_update
from templates_app.actions.syncing import (
    SyncResult,
    ask_for_sync,
    sync_organization,
    sync_templates,
)

__all__ = [
    "SyncResult",
    "apply_update",
    "ask_for_sync",
    "check_editable",
    "create_template",
    "delete_template",
    "drop_draft",
    "edit_template",
    "save_draft",
    "sync_organization",
    "sync_templates",
    "unpause_template",
    "upload_sample",
]
