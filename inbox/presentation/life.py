"""The life of a message that we sent, told to whoever asks what happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import NumberStatus
from inbox.kind_shapes import Step
from inbox.message_status import Status
from inbox.models import BatchState, Message, SendAttempt, SendBatch
from inbox.presentation.failing import failure
from inbox.times import clock, exact_time, to_the_second, to_the_tenth
from inbox.waiting_list import held_because

# Whose problem a failure is, by the next step that our error table names for it.
WHOSE: Final = {
    "template": gettext_lazy("Nobody's fault: WhatsApp closes the window after 24 hours."),
    "other_way": gettext_lazy("The customer's side: WhatsApp cannot reach this person."),
    "choose_template": gettext_lazy("Ours: the template or its values."),
    "edit": gettext_lazy("Ours: the content of this message."),
    "wait": gettext_lazy("WhatsApp's rules, or the customer's choice."),
    "admin": gettext_lazy("The number's: an admin has to look at it."),
    "retry": gettext_lazy("WhatsApp's: it could not take the message then."),
}
Told = tuple[datetime | None, str, str]


def life(
    message: Message, attempts: Sequence[SendAttempt], zone: str, *, at: datetime
) -> Iterator[Step]:
    """What happened to it, each after its cause. attempts: the oldest first."""
    for moment, label, note in (*_beginning(message), *_calls(attempts), *_reports(message)):
        if moment is not None:
            yield Step(label, _when(moment, zone), note)
    waiting = _waits(message, zone, at=at)
    if waiting:
        yield Step(_("Now"), "", waiting)


def _when(moment: datetime, zone: str) -> str:
    """Meta tells whole seconds; ours are known better."""
    return to_the_tenth(moment, zone) if moment.microsecond else to_the_second(moment, zone)


def _beginning(message: Message) -> Iterator[Told]:
    yield message.created_at, _pressed(message), _because(message)
    hold = message.hold or {}
    if message.status == Status.HELD and hold.get("at"):
        yield datetime.fromisoformat(hold["at"]), _("Held"), held_because(message)
    if message.scheduled_at is not None:
        fired = message.in_thread and message.status != Status.FAILED
        if fired:
            note = _("The template that was chosen went in its place.")
            took_its_place = "instead_of" in message.details
            yield message.at, _("Its time came: queued"), note if took_its_place else ""
    elif message.undo_until is not None and message.status != Status.CANCELLED:
        yield message.undo_until, _("Could be taken back until then"), ""


def _pressed(message: Message) -> str:
    if message.scheduled_at is not None:
        return _("Scheduled")
    match message.sender_type:
        case "agent":
            return _("Send was pressed: queued")
        case "ai":
            return _("The assistant answered: queued")
        case "api":
            return _("Sent by a program: queued")
        case "device":
            return _("Written on the phone")
        case "campaign":
            return _("Its turn in a campaign came: queued")
        case _:
            return _("Queued")


def _because(message: Message) -> str:
    """Who, and why where it was not a key press."""
    if message.retry_of_id is not None:
        return _("%(name)s, in place of one that had not arrived") % {"name": message.sender_name}
    if message.sender_type == "ai":
        return _("%(name)s answered because the conversation was in its hands") % {
            "name": message.sender_name or _("It")
        }
    return message.sender_name


def _calls(attempts: Sequence[SendAttempt]) -> Iterator[Told]:
    again = {first.pk: second for first, second in pairwise(attempts)}
    for number, one in enumerate(attempts, 1):
        if number > 1 or one.outcome != "accepted":
            yield one.at, _("Try %(n)s") % {"n": number}, ""
        if one.outcome != "accepted":
            yield one.ended_at, _outcome(one), _again(one, again.get(one.pk))


def _outcome(one: SendAttempt) -> str:
    match one.outcome:
        case "refused":
            return _("WhatsApp refused it (%(code)s)") % {"code": one.code}
        case "not_sent":
            return _("WhatsApp could not be reached")
        case _:
            return _("No clear answer came back")


def _again(one: SendAttempt, following: SendAttempt | None) -> str:
    if following is None:
        return one.text
    waited = (following.at - one.ended_at).total_seconds()
    tried = _("Tried again after %(n)s s.") % {"n": f"{max(waited, 0):.1f}"}
    return f"{one.text} {tried}".strip()


def _reports(message: Message) -> Iterator[Told]:
    yield message.accepted_at, _("Accepted by WhatsApp"), ""
    yield message.sent_at, _("Sent"), ""
    yield message.delivered_at, _("Delivered"), ""
    yield message.read_at, _("Read"), ""
    yield message.played_at, _("Played"), ""
    why = failure(message)
    if why is not None and message.failed_at is not None:
        step = str((message.failure or {}).get("next_step") or "")
        whose = str(WHOSE.get(step, ""))
        note = " ".join(part for part in (why.sentence, whose, why.next_step) if part)
        yield message.failed_at, _("Not delivered"), note
    for one in message.retries.all():
        yield one.created_at, _("Sent again, as a new message"), one.sender_name


def _stands_still(campaign_id: UUID) -> bool:
    stopped = SendBatch.objects.filter(pk=campaign_id).exclude(state=BatchState.RUNNING)
    return stopped.exists()


def _waits(message: Message, zone: str, *, at: datetime) -> str:
    """What it waits for at this moment, "" when nothing is open."""
    number = message.phone_number
    match message.status:
        case Status.SCHEDULED:
            return _("Waits for its time: %(time)s") % {
                "time": exact_time(message.scheduled_at, zone)
            }
        case Status.HELD:
            return _("Waits for a person to decide.")
        case Status.UNCONFIRMED:
            return _("Nobody knows whether it arrived. It is never sent again by itself.")
        case Status.SENDING:
            return _("On its way to WhatsApp.")
        case Status.CANCELLED:
            return _("Taken back. It was not sent, as far as WhatsApp has told us.")
        case Status.QUEUED if number.status != NumberStatus.ACTIVE:
            why = number.status_message or _("an admin has to look at this number")
            return _("Held because sending is paused: %(why)s") % {"why": why}
        case Status.QUEUED if number.paused_until and number.paused_until > at:
            return _("Held because this number rests until %(time)s.") % {
                "time": clock(number.paused_until, zone)
            }
        case Status.QUEUED if message.campaign_id and _stands_still(message.campaign_id):
            return _("Held because its campaign is paused.")
        case Status.QUEUED if message.not_before and message.not_before > at:
            return _("In the queue; not before %(time)s.") % {
                "time": to_the_tenth(message.not_before, zone)
            }
        case Status.QUEUED:
            return _("In the queue, behind what its conversation sends before it.")
        case _:
            return ""
