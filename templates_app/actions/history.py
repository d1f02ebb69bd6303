"""What happened to a template, written in the transaction in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from accounts.actors import Actor
from templates_app.models import MessageTemplate, TemplateChange

COLUMNS: Final = ("status", "quality", "category")


def state_of(template: MessageTemplate) -> dict[str, str]:
    """The words whose changes are told, as they are now."""
    return {name: getattr(template, name) for name in COLUMNS}


def changes_since(
    template: MessageTemplate, before: Mapping[str, str], *, at: datetime
) -> list[TemplateChange]:
    """Unsaved rows for each word that Meta has changed since. at: when Meta said so, or we read."""
    return [
        TemplateChange(
            template=template,
            at=at,
            what=name,
            before=before[name],
            after=now,
            reason=template.rejected_reason if name == "status" else "",
        )
        for name, now in state_of(template).items()
        if now != before[name]
    ]


def text_of(components: list[Any]) -> list[Any]:
    """Components without their samples, which Meta replaces by addresses of its own."""
    return [
        {key: value for key, value in part.items() if key != "example"}
        if isinstance(part, dict)
        else part
        for part in components
    ]


def note(template: MessageTemplate, what: str, *, by: Actor, at: datetime) -> None:
    """One act of ours: made, edited, deleted or woken."""
    TemplateChange.objects.create(template=template, at=at, what=what, by=by.name[:120])
