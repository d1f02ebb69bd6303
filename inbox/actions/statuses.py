"""What Meta reports about our messages: every status kept, the display only climbing.

Statuses come by the batch, three of four items being one: their messages are read at once, locked
in one order, and written at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from accounts.actors import SYSTEM
from accounts.advisory import lock_keys
from accounts.events import announce, transactional
from accounts.models import PhoneNumber
from accounts.row_updates import update_rows
from inbox import window
from inbox.actions.threads import hold_threads_of, locked
from inbox.actions.waiting import find_their_message
from inbox.failures import failure_of_webhook
from inbox.frozen import as_json
from inbox.message_status import RANKS, Status, rank
from inbox.models import Message, PendingStatus, StatusEvent
from inbox.models.messages import OLD_REACTION
from whatsapp.errors import Remedy, rule_for
from whatsapp.ids import shared_name
from whatsapp.inbound import Status as Reported

TIMES = {
    Status.SENT: "sent_at",
    Status.DELIVERED: "delivered_at",
    Status.READ: "read_at",
    Status.PLAYED: "played_at",
    Status.FAILED: "failed_at",
}
# What a status may change on its message.
TOUCHED: Final = (
    *("wamid", "status", "status_rank", "claim_token", "lease_until"),
    *("failure", "failure_at", "pricing", "pricing_at", "accepted_at", *TIMES.values()),
)


@dataclass(frozen=True, slots=True)
class Report:
    """One status, the number that it is about, and when it came."""

    number: PhoneNumber
    reported: Reported
    received_at: datetime

    @property
    def wamid_key(self) -> tuple[UUID, str]:
        """The message it names, by Meta's id."""
        return (self.number.pk, self.reported.wamid)

    @property
    def our_id(self) -> UUID | None:
        """The message it names, by our own id, which travels along as opaque data."""
        try:
            return UUID(self.reported.opaque) if self.reported.opaque else None
        except ValueError:
            return None

    def parked(self) -> PendingStatus:
        """The row that waits for the message (not saved yet)."""
        return PendingStatus(
            phone_number=self.number,
            wamid=self.reported.wamid,
            status=self.reported.status[:32],
            participant=(self.reported.participant or "")[:160],
            at=self.reported.at or self.received_at,
            data=_data(self.reported),
        )


def apply_status(number: PhoneNumber, reported: Reported, *, received_at: datetime) -> None:
    """Applies one status, or parks it until its message has a row and a wamid (G7, G8)."""
    apply_statuses([Report(number, reported, received_at)])


@transactional
def apply_statuses(reports: Sequence[Report]) -> None:
    """The same for many, in this order. About eight queries for any number of them.

    A message is found by wamid, else by our own id.
    """
    found = _messages_of(reports)
    settled: dict[UUID, Message] = {}  # unconfirmed ones that Meta did take
    tellings: list[_Telling] = []
    for report in reports:
        message = found.get(report.wamid_key)
        if message is None:
            continue
        if message.wamid is None:
            message.wamid = report.reported.wamid
            settled[message.pk] = message
        tellings.append(_Telling.of(message, report.parked(), received_at=report.received_at))
    _record(tellings)
    PendingStatus.objects.bulk_create(
        [report.parked() for report in reports if report.wamid_key not in found],
        ignore_conflicts=True,
    )
    if settled:
        apply_parked(list(settled.values()), received_at=reports[-1].received_at)


def _messages_of(reports: Sequence[Report]) -> dict[tuple[UUID, str], Message]:
    """The messages by what their reports call them, locked; one object for each row."""
    found = _named_by(reports)
    missing = [report for report in reports if report.wamid_key not in found]
    if missing:
        # Once more under the lock: whoever stores these wamids now would not see what is parked.
        _lock_wamids(report.wamid_key for report in missing)
        found |= _named_by(missing, known={row.pk: row for row in found.values()})
    return found


def _named_by(
    reports: Sequence[Report], known: dict[UUID, Message] | None = None
) -> dict[tuple[UUID, str], Message]:
    rows = dict(known or {})
    numbers = {report.number.pk for report in reports}
    named = Q(wamid__in={report.reported.wamid for report in reports}) | Q(
        pk__in={report.our_id for report in reports if report.our_id}
    )
    hold_threads_of(Message.objects.filter(named, phone_number__in=numbers))
    locking = Message.objects.select_for_update(of=("self",)).filter(phone_number__in=numbers)
    by_wamid = locking.filter(wamid__in={report.reported.wamid for report in reports})
    found = {
        (row.phone_number_id, row.wamid or ""): rows.setdefault(row.pk, row)
        for row in by_wamid.order_by("pk")
    }
    rest = {report.wamid_key: report for report in reports if report.wamid_key not in found}
    ours = {report.our_id for report in rest.values() if report.our_id}
    if not ours:
        return found
    # Without a look at the wamid in the query: while the answer of the send is being written, this
    # waits for the row and then sees the wamid that the query above could not see.
    by_id = locking.filter(pk__in=ours, direction="outbound").order_by("pk")
    rows |= {row.pk: row for row in by_id if row.pk not in rows}
    for key, report in rest.items():
        row = rows.get(report.our_id) if report.our_id else None
        if row and row.phone_number_id == key[0] and _may_be(row, report.reported.wamid):
            found[key] = row
    return found


def _may_be(row: Message, wamid: str) -> bool:
    """Whether this can be an id of the message: it has none yet, or another that says the same."""
    return row.wamid is None or shared_name(row.wamid) == shared_name(wamid)


def _lock_wamids(keys: Iterable[tuple[UUID, str | None]]) -> None:
    """Makes parking a status and storing its wamid wait for each other."""
    lock_keys(f"{number_id}:{wamid}" for number_id, wamid in keys)


def _data(reported: Reported) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if reported.errors:
        data["error"] = as_json(reported.errors[0])
    if reported.pricing is not None:
        data["pricing"] = as_json(reported.pricing)
    if reported.conversation:
        data["conversation"] = reported.conversation
    if reported.free_entry_point_until is not None:
        data["free_entry_point_until"] = reported.free_entry_point_until.isoformat()
    return data


@dataclass(frozen=True, slots=True)
class _Telling:
    """One status of one locked message, already applied to it (not saved yet)."""

    message: Message
    event: StatusEvent
    data: dict[str, Any]
    received_at: datetime
    before: tuple[Any, ...]
    after: tuple[Any, ...]

    @classmethod
    def of(cls, message: Message, told: PendingStatus, *, received_at: datetime) -> _Telling:
        """Moves the message up if this status ranks higher."""
        before = _shown(message)
        _climb(message, told.status, at=told.at, data=told.data)
        event = StatusEvent(
            message=message,
            status=told.status,
            participant=told.participant,
            at=told.at,
            error=told.data.get("error"),
        )
        return cls(message, event, told.data, received_at, before, _shown(message))


def _record(tellings: Sequence[_Telling]) -> None:
    """Keeps every event, writes the messages, and says what looks different now."""
    StatusEvent.objects.bulk_create([one.event for one in tellings], ignore_conflicts=True)
    rows = {one.message.pk: one.message for one in tellings}
    update_rows(list(rows.values()), TOUCHED)
    for one in tellings:
        if one.data.get("error"):
            _learn_from(one.message, one.data["error"], at=one.event.at)
        if one.data.get("free_entry_point_until"):
            _keep_free_entry_point(one.message, one.data["free_entry_point_until"])
        if one.after == one.before:
            continue
        announce(
            "message.status",
            one.message.organization_id,
            by=SYSTEM,
            at=one.received_at,
            conversation_id=one.message.conversation_id,
            ids=[one.message.pk],
            status=one.after[0],
            before=one.before[0],
        )


def _shown(message: Message) -> tuple[Any, ...]:
    return (message.status, message.failure, message.wamid, message.read_at, message.played_at)


def _climb(message: Message, status: str, *, at: datetime, data: dict[str, Any]) -> None:
    if status in TIMES:
        name = TIMES[Status(status)]
        earlier = getattr(message, name)
        setattr(message, name, at if earlier is None else min(earlier, at))
    _price(message, data, at=at)
    if rank(status) > message.status_rank:
        message.status = status
        message.status_rank = rank(status)
        message.claim_token = None
        message.lease_until = None
        if message.accepted_at is None:
            message.accepted_at = at
    if data.get("error") and (message.failure_at is None or at >= message.failure_at):
        message.failure, message.failure_at = failure_of_webhook(data["error"]), at
    if message.failure is not None and message.status_rank > RANKS[Status.FAILED]:
        message.failure = message.failure | {"late": True}


def _price(message: Message, data: dict[str, Any], *, at: datetime) -> None:
    """What the newest status says of the price; an older one adds what that left out."""
    told: dict[str, Any] = dict(data.get("pricing") or {})
    if data.get("conversation"):
        told["conversation"] = data["conversation"]
    if not told:
        return
    known = message.pricing or {}
    if message.pricing_at is None or at >= message.pricing_at:
        message.pricing, message.pricing_at = known | told, at
    else:
        message.pricing = told | known


def _learn_from(message: Message, error: dict[str, Any], *, at: datetime) -> None:
    """131047: by Meta's clock the window is closed, whatever ours says."""
    if rule_for(int(error.get("code") or 0)).remedy is not Remedy.WINDOW:
        return
    close_window(message.conversation_id, at=at)


def _keep_free_entry_point(message: Message, until_iso: str) -> None:
    """The free time after an ad. It is about costs: the window for free text stays what it is.

    The last ad's counts, whichever status comes last.
    """
    until = datetime.fromisoformat(until_iso)
    conversation = locked(message.conversation_id)
    before = conversation.free_entry_point_expires_at
    if before is None or until > before:
        conversation.free_entry_point_expires_at = until
        conversation.save(update_fields=["free_entry_point_expires_at"])


def close_window(conversation_id: UUID, *, at: datetime) -> None:
    """Meta refused a free text for the window: ours closes too, and the page follows.

    It is kept when: what the customer wrote before may come later, and opens nothing then.
    """
    conversation = locked(conversation_id)
    opened, closed = conversation.window_opened_at, conversation.window_closed_at
    if closed is not None and at <= closed:
        return
    conversation.window_opened_at = window.closed_by(at, before=opened, closed_before=closed)
    conversation.window_closed_at = at
    conversation.save(update_fields=["window_opened_at", "window_closed_at"])
    if opened is None or conversation.window_opened_at == opened:
        return
    announce(
        "conversation.window_closed",
        conversation.organization_id,
        by=SYSTEM,
        at=at,
        conversation_id=conversation.pk,
    )


def apply_parked(messages: Sequence[Message], *, received_at: datetime) -> None:
    """Applies what came before these had their wamids: statuses, reactions, quotes, changes.

    messages: stored and locked, or new. Call in the transaction that stores the wamids.
    """
    by_key = {(row.phone_number_id, row.wamid): row for row in messages}
    _lock_wamids(by_key)
    parked = (
        PendingStatus.objects.filter(
            phone_number__in={number for number, _ in by_key},
            wamid__in=[wamid for _, wamid in by_key],
        )
        .exclude(status=OLD_REACTION)
        .order_by("id")
    )
    theirs = [one for one in parked if (one.phone_number_id, one.wamid) in by_key]
    _record(
        [
            _Telling.of(by_key[one.phone_number_id, one.wamid], one, received_at=received_at)
            for one in theirs
        ]
    )
    PendingStatus.objects.filter(pk__in=[one.pk for one in theirs]).delete()
    find_their_message(messages, at=received_at)
