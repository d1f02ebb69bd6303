"""Read marks: ours per person, and WhatsApp's blue ticks by the number's policy."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.events import transactional
from accounts.graph import NoToken, client_for
from accounts.refusals import Refused
from inbox.actions.threads import locked
from inbox.models import Conversation, Message, ReadMark
from webhooks.worker import wake
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

READABLE_FOR = timedelta(days=30)
AFTER_A_FAILURE_S = 5
TYPING_EVERY = timedelta(seconds=20)  # Meta shows it for 25 s


@transactional
def mark_seen(
    conversation_id: UUID, *, by: Actor, at: datetime, notify_customer: bool | None = None
) -> None:
    """This person has seen all that is there. notify_customer: None leaves it to the number's rule.

    A key without a person moves the mark of "what anybody has seen".
    """
    conversation = locked(conversation_id)
    if by.person_id is not None:
        ReadMark.objects.update_or_create(
            conversation=conversation,
            person_id=by.person_id,
            defaults={"seen_count": conversation.inbound_count, "updated_at": at},
        )
    changed = conversation.seen_count != conversation.inbound_count
    conversation.seen_count = conversation.inbound_count
    by_rule = conversation.phone_number.read_receipts == "on_open"
    if (by_rule if notify_customer is None else notify_customer) and changed:
        _due(conversation, conversation.last_inbound_wamid)
    conversation.save(update_fields=["seen_count", "receipt_due_wamid"])


@transactional
def mark_unseen(conversation_id: UUID, *, by: Actor, at: datetime) -> None:
    """Puts the conversation back among this person's unread ones."""
    conversation = locked(conversation_id)
    back = max(0, conversation.inbound_count - 1)
    if by.person_id is not None:
        ReadMark.objects.update_or_create(
            conversation=conversation,
            person_id=by.person_id,
            defaults={"seen_count": back, "updated_at": at},
        )
    else:
        Conversation.objects.filter(pk=conversation.pk).update(seen_count=back)


@transactional
def mark_read(message_id: UUID, *, by: Actor, at: datetime, typing: bool = False) -> None:
    """Shows the customer blue ticks up to this message, and marks the thread seen.

    Refuses: VALIDATION_ERROR when it is not an inbound message of the last 30 days.
    """
    message = Message.objects.get(pk=message_id)
    if message.direction != "inbound" or not message.wamid:
        raise Refused("VALIDATION_ERROR", _("Only a customer's message can be marked as read."))
    if at - message.at > READABLE_FOR:
        raise Refused("VALIDATION_ERROR", _("This message is older than 30 days."))
    conversation = locked(message.conversation_id)
    conversation.receipt_typing = typing
    _due(conversation, message.wamid)
    conversation.save(update_fields=["receipt_due_wamid", "receipt_typing"])
    mark_seen(conversation.pk, by=by, at=at)


@transactional
def tell_typing(conversation_id: UUID, *, at: datetime) -> None:
    """Shows the customer "typing", at most every 20 s; it always shows them blue ticks as well.

    So only where the policy of the number is `on_open`: who reads on reply has not read yet.
    """
    conversation = locked(conversation_id)
    told = conversation.typing_told_at
    policy = conversation.phone_number.read_receipts
    if policy != "on_open" or not conversation.last_inbound_wamid:
        return
    if (told and at - told < TYPING_EVERY) or not conversation.window.is_open(at):
        return
    conversation.typing_told_at = at
    conversation.receipt_typing = True
    _due(conversation, conversation.last_inbound_wamid)
    conversation.save(update_fields=["typing_told_at", "receipt_typing", "receipt_due_wamid"])


def _due(conversation: Conversation, wamid: str) -> None:
    conversation.receipt_due_wamid = wamid
    transaction.on_commit(lambda: wake("receipts"), robust=True)


def send_due(stop: threading.Event) -> bool:
    """Sends up to 20 due receipts; whether there were any. One sent twice does no harm."""
    due = list(
        Conversation.objects.exclude(receipt_due_wamid="").select_related("phone_number__account")[
            :20
        ]
    )
    failed = [one for one in due if not stop.is_set() and not _send(one)]
    if failed:
        stop.wait(AFTER_A_FAILURE_S)
    return bool(due)


def _send(conversation: Conversation) -> bool:
    number = conversation.phone_number
    wamid = conversation.receipt_due_wamid
    try:
        client_for(number.account).mark_as_read(
            number.meta_phone_number_id, wamid, typing=conversation.receipt_typing
        )
    except (NotSent, OutcomeUnknown):
        return False
    except NoToken:
        pass
    except CloudApiError as error:
        log.info("read receipt refused with code %s", error.code)
    Conversation.objects.filter(pk=conversation.pk, receipt_due_wamid=wamid).update(
        receipt_due_wamid="", receipt_typing=False
    )
    return True
