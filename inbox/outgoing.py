"""What is about to be sent: what the customer will see, and the Graph content it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from templates_app.compiler import Compiled
from whatsapp import limits, outbound


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message before it has a row.

    content: frozen, as the customer sees it. payload: `{"type": …, "<type>": {…}}` for the Graph
    API. free_form: needs an open window.
    """

    type: str
    content: dict[str, Any]
    payload: dict[str, Any]
    preview: str
    free_form: bool = True
    details: dict[str, Any] = field(default_factory=dict)
    template_name: str = ""
    template_language: str = ""
    template_category: str = ""


def frozen_content(body: str | None, **parts: Any) -> dict[str, Any]:
    """The common shape of what a customer sees."""
    return {"header": None, "media": None, "body": body, "footer": None, "buttons": []} | parts


def text(body: str, *, preview_url: bool = False) -> Outgoing:
    """A text message. Refuses: VALIDATION_ERROR when empty or too long (UTF-16 units)."""
    if not body.strip():
        raise Refused(
            "VALIDATION_ERROR", _("Write something first."), field="text.body", detail="required"
        )
    length = limits.length(body)
    if length > limits.TEXT_BODY:
        raise Refused(
            "VALIDATION_ERROR",
            _("At most %(limit)s characters; %(length)s were given.")
            % {"limit": limits.TEXT_BODY, "length": length},
            field="text.body",
            detail="too_long",
        )
    return Outgoing(
        type="text",
        content=frozen_content(body),
        payload=outbound.text(body, preview_url=preview_url),
        preview=body,
        details={"preview_url": preview_url},
    )


def template(compiled: Compiled, *, category: str) -> Outgoing:
    """A template message, from the compiler that also made its preview."""
    content = dict(compiled.content)
    return Outgoing(
        type="template",
        content=content,
        payload=outbound.template(compiled.name, compiled.language, compiled.components or None),
        preview=str(content.get("body") or compiled.name),
        free_form=False,
        template_name=compiled.name,
        template_language=compiled.language,
        template_category=category,
    )
