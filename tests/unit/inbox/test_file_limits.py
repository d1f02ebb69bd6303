"""The page checks files by the server's own list."""

from __future__ import annotations

import json

from inbox.templatetags.composing import file_limits
from whatsapp import limits


def test_the_page_gets_every_kind_and_one_for_the_rest():
    found = {one["kind"]: one for one in json.loads(file_limits())}
    assert set(found) == {"image", "video", "audio", "document"}
    assert {kind: one["bytes"] for kind, one in found.items()} == {
        kind: limits.MEDIA_BYTES[kind] for kind in found
    }
    assert [kind for kind, one in found.items() if not one["types"]] == ["document"]
