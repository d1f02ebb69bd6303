"""Why a message did not go, in plain words, and what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inbox.bubble_shapes import Failure
from inbox.message_status import Status
from inbox.models import Message


def failure(message: Message) -> Failure | None:
    """Why it did not go and what to do; None when it did, or is still under way."""
    retried = bool(message.retries.all())
    if message.asks_a_person:
        return Failure(
            _("Not confirmed"),
            _("We don't know whether this arrived."),
            _("It was sent again.")
            if retried
            else _("Check with the customer, or send it again: it may arrive twice."),
            can_retry=not retried,
        )
    if message.status != Status.FAILED or message.failure is None:
        return None
    steps = {
        "template": _("Send a template instead."),
        "other_way": _("Try another way to reach this customer."),
        "choose_template": _("Choose another template or check its values."),
        "edit": _("Change the message and send it again."),
        "wait": _("Wait until the customer writes."),
        "admin": _("An admin has to look at this number."),
        "retry": _("Try again in a moment."),
        "ask_again": _("Ask the customer to send it again."),
    }
    step = str(message.failure.get("next_step") or "")
    return Failure(
        _("Not delivered"),
        str(message.failure.get("message") or ""),
        _("It was sent again.") if retried else steps.get(step, ""),
        can_retry=not retried and step in ("retry", "admin", "edit"),
    )
