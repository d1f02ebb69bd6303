"""Texts and templates."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.refusals import Refused
from inbox.outgoing.shape import Outgoing, frozen_content
from templates_app.compiler import Compiled
from whatsapp import limits, outbound


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
