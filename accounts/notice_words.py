"""What a notice says in the list under the numbers: our sentences, else Meta's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

# By `about` and, after a colon, by `event`; the names in them are those of `_values`.
SENTENCES: Final[Mapping[str, str]] = {
    "dashboard_test": noop("A test event of Meta's dashboard arrived: deliveries reach Baton."),
    "not_connected": noop(
        "Deliveries arrive for a number that is not connected here: id %(first)s."
    ),
    "history:declined": noop("%(first)s: its owner does not share the phone app's history."),
    "history:failed": noop("%(first)s: the phone app's history could not be imported. %(second)s"),
    "history:progress": noop("%(first)s: the phone app's history is coming in, %(second)s %%."),
    "history:done": noop("%(first)s: the phone app's history is here."),
    "address_book": noop(
        "%(first)s: the phone app's address book came. Its names are taken for known customers"
        " without a name."
    ),
    "identity_unknown": noop(
        "%(first)s: somebody who never wrote here has another number or WhatsApp id now."
    ),
    "template_unknown": noop(
        "Template %(first)s (%(second)s): %(event)s. It is not in our list, which is read again."
    ),
    "template_edited": noop(
        "Template %(first)s (%(second)s) was edited at Meta. Our list is read again."
    ),
}


def sentence(data: Mapping[str, Any]) -> str:
    """The notice in words. data: of the event `account.notice`."""
    about, event = str(data.get("about") or ""), str(data.get("event") or "")
    details = [str(word) for word in data.get("details") or ()]
    ours = SENTENCES.get(f"{about}:{event}") or SENTENCES.get(about)
    if ours:
        return _(ours) % _values(event, details)
    return " · ".join(_plain(word) for word in (event, *details) if word)


def _values(event: str, details: Sequence[str]) -> dict[str, str]:
    first, second, *_rest = [*details, "–", "–"]
    return {"event": _plain(event), "first": first, "second": second}


def _plain(word: str) -> str:
    return word.replace("_", " ").capitalize()
