"""WhatsApp's text markup and links, made from escaped text only."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from inbox.markup import rendered

register = template.Library()


@register.filter
def whatsapp(text: str | None) -> SafeString:
    """`*bold*`, `_italic_`, `~struck~`, code and safe links; everything else escaped."""
    return rendered(text or "")
