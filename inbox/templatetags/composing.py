"""What the composer's modules need to know of Meta's limits."""

from __future__ import annotations

import json

from django import template

from whatsapp import limits

register = template.Library()


@register.simple_tag
def file_limits() -> str:
    """JSON: the MIME types of each kind and the most bytes, to check before an upload.

    What is no picture, video or sound of WhatsApp's goes as a document: the one without types.
    """
    by_type = [
        {"kind": kind, "bytes": limits.MEDIA_BYTES[kind], "types": sorted(limits.MIME_TYPES[kind])}
        for kind in ("image", "video", "audio")
    ]
    document = {"kind": "document", "bytes": limits.MEDIA_BYTES["document"], "types": []}
    return json.dumps([*by_type, document])
