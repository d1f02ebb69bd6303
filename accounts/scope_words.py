"""The scopes of API keys in plain words, in the groups in which the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    noop("All at once"): {
        "*": noop("Everything"),
        "read": noop("Read everything"),
    },
    noop("Messages and files"): {
        "messages:read": noop("Read threads and messages, and search them"),
        "messages:send": noop("Send messages"),
        "messages:send_raw": noop("Send bodies of Meta's that Baton does not check"),
        "media:read": noop("Fetch files"),
        "media:write": noop("Bring files to be sent"),
    },
    noop("Conversations and contacts"): {
        "conversations:read": noop("Read the list, people and teams"),
        "conversations:write": noop("Change status and read marks"),
        "handoff:write": noop("Take over, hand off, give back to the assistant"),
        "contacts:read": noop("Read contacts"),
        "contacts:write": noop("Rename, join and part contacts"),
    },
    noop("Templates and numbers"): {
        "templates:read": noop("Read templates"),
        "templates:manage": noop("Sync and manage templates"),
        "numbers:read": noop("Read accounts and numbers"),
        "numbers:manage": noop("Connect and change numbers"),
    },
    noop("Campaigns, reports, webhooks"): {
        "campaigns:read": noop("Read campaigns"),
        "campaigns:manage": noop("Run campaigns"),
        "analytics:read": noop("Read reports"),
        "webhooks:manage": noop("Manage outgoing webhooks"),
    },
}
WORDS: Final[Mapping[str, str]] = {
    scope: words for group in GROUPS.values() for scope, words in group.items()
}


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups as choices of a form field, in the reader's language."""
    return [
        (_(group), [(scope, _(words)) for scope, words in scopes.items()])
        for group, scopes in GROUPS.items()
    ]


def in_words(scopes: Iterable[str]) -> tuple[str, ...]:
    """What a key may do; a name of another system's stays as it is."""
    return tuple(_(WORDS[scope]) if scope in WORDS else scope for scope in scopes)
