"""What changes templates here: syncing them with Meta's list, and Meta's own notices."""

from templates_app.actions.notices import apply_update
from templates_app.actions.syncing import (
    SyncResult,
    ask_for_sync,
    sync_organization,
    sync_templates,
)

__all__ = ["SyncResult", "apply_update", "ask_for_sync", "sync_organization", "sync_templates"]
