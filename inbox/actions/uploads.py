"""Files on their way to Meta: uploaded once per number, by the drain.

Whoever settles an upload frees the messages that waited for it (`inbox.actions.at_meta`).
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import F, Q

from accounts.actions.numbers import pause_number
from accounts.actors import SYSTEM
from accounts.clock import database_now
from accounts.events import unit_of_work
from accounts.graph import client_of
from accounts.models import NumberStatus
from accounts.refusals import Refused
from inbox.actions.at_meta import ask_for, gone, is_fresh, known, ready
from inbox.actions.status_news import announce_status
from inbox.actions.threads import hold
from inbox.backoff import GiveUp, PauseNumber, RetryAt, after_no_connection, after_refusal
from inbox.failures import failure_of_call, failure_of_refusal
from inbox.file_types import ENDINGS
from inbox.media_storage import store
from inbox.message_status import RANKS, WAITING, Status
from inbox.models import Media, Message, MetaUpload, UploadState
from inbox.outgoing.file_ids import files_in
from webhooks.failpoints import hit
from webhooks.worker import wake
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown

log = logging.getLogger(__name__)

# More than the 300 s an upload may take.
LEASE: Final = timedelta(minutes=7)
# Meta takes Ogg for the sake of Opus only, and wants to be told.
UPLOADED_AS: Final = {"audio/ogg": "audio/ogg; codecs=opus"}
RELEASED_AT_ONCE: Final = 200

Outcome = str | CloudApiError | NotSent | OutcomeUnknown | Refused


@dataclass(frozen=True, slots=True)
class Claimed:
    """One upload in hand: everything the call needs."""

    upload_id: int
    claim_token: UUID
    organization_id: UUID
    number_id: UUID
    meta_phone_number_id: str
    access_token: str
    sha256: str
    mime_type: str


def claim() -> Claimed | None:
    """The next file that is due, of a number that works, for this caller alone until its lease."""
    at = database_now()
    with unit_of_work(durable=True):
        upload = (
            MetaUpload.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=UploadState.PENDING, phone_number__status=NumberStatus.ACTIVE)
            .filter(Q(not_before=None) | Q(not_before__lte=at))
            .filter(Q(lease_until=None) | Q(lease_until__lt=at))
            .filter(
                Q(phone_number__paused_until=None) | Q(phone_number__paused_until__lte=at),
            )
            .exclude(phone_number__account__access_token_sealed="")
            .select_related("phone_number__account")
            .order_by("attempts", "id")
            .first()
        )
        if upload is None:
            return None
        token = uuid4()
        MetaUpload.objects.filter(pk=upload.pk).update(
            claim_token=token, lease_until=at + LEASE, attempts=F("attempts") + 1
        )
        return _claimed(upload, token)


def _claimed(upload: MetaUpload, token: UUID) -> Claimed:
    number = upload.phone_number
    return Claimed(
        upload_id=upload.pk,
        claim_token=token,
        organization_id=number.organization_id,
        number_id=number.pk,
        meta_phone_number_id=number.meta_phone_number_id,
        access_token=number.account.access_token,
        sha256=upload.sha256,
        mime_type=upload.mime_type,
    )


def upload(claimed: Claimed) -> Outcome:
    """The call to Meta, with no transaction open: Meta's id of the file, or what went wrong."""
    file = (
        Media.objects.filter(
            organization_id=claimed.organization_id, sha256=claimed.sha256, direction="outbound"
        )
        .exclude(path="")
        .first()
    )
    if file is None:
        return gone()
    try:
        with closing(store().open(file.path, 0, file.size or 0)) as source:
            data = source.read(file.size or 0)
        return client_of(claimed.access_token).upload_media(
            claimed.meta_phone_number_id,
            data=data,
            mime_type=UPLOADED_AS.get(claimed.mime_type, claimed.mime_type),
            filename=f"file.{ENDINGS.get(claimed.mime_type, 'bin')}",
        )
    except (CloudApiError, NotSent, OutcomeUnknown) as outcome:
        return outcome
    except FileNotFoundError:
        log.error("the file of media %s is not in the store", file.pk)
        return gone()
    except OSError as error:
        log.exception("media %s cannot be read", file.pk)
        return NotSent(type(error).__name__)


def settle(claimed: Claimed, outcome: Outcome) -> None:
    """Writes what became of an upload, then frees the messages that waited for it."""
    hit("upload.after_call")
    at = database_now()
    with unit_of_work(durable=True):
        row = (
            MetaUpload.objects.select_for_update()
            .filter(pk=claimed.upload_id, claim_token=claimed.claim_token)
            .first()
        )
        if row is None:
            return  # its lease ran out, and somebody else has it
        changes = _after(claimed, row, outcome, at=at)
        MetaUpload.objects.filter(pk=row.pk).update(claim_token=None, lease_until=None, **changes)
    hit("upload.after_settle")
    release()


def _after(
    claimed: Claimed, row: MetaUpload, outcome: Outcome, *, at: datetime
) -> dict[str, object]:
    match outcome:
        case str() as meta_media_id:
            return {
                "state": UploadState.READY,
                "meta_media_id": meta_media_id,
                "uploaded_at": at,
                "failure": None,
                "attempts": 0,
                "not_before": None,
            }
        case Refused() as refusal:
            return {"state": UploadState.FAILED, "failure": failure_of_refusal(refusal)}
        case CloudApiError() as error:
            return _after_refusal(claimed, row, error, at=at)
        case _:
            # Nobody sees a file twice that was uploaded twice: not knowing is as good as not sent.
            return {"not_before": after_no_connection(row.attempts, at=at).moment}


def _after_refusal(
    claimed: Claimed, row: MetaUpload, error: CloudApiError, *, at: datetime
) -> dict[str, object]:
    match after_refusal(error, attempts=row.attempts, at=at):
        case RetryAt(moment):
            return {"not_before": moment}
        case PauseNumber(reason, sentence):
            pause_number(claimed.number_id, reason=reason, message=sentence, by=SYSTEM, at=at)
            return {"not_before": at}
        case GiveUp():
            return {"state": UploadState.FAILED, "failure": failure_of_call(error)}


def release() -> int:
    """Frees messages whose files are all at Meta, fails those of which one was refused; how many.

    Safe to repeat: whoever died between an upload and this leaves the rest to the next turn.
    """
    waiting = list(
        Message.objects.filter(awaits_files=True, status__in=WAITING)
        .order_by("?")  # in a fixed order those that wait for long would hide all others
        .values_list("pk", "conversation_id")[:RELEASED_AT_ONCE]
    )
    freed = sum(_release(message_id, thread) for message_id, thread in waiting)
    if freed:
        wake("outbox")
    return freed


def _release(message_id: UUID, conversation_id: UUID) -> bool:
    at = database_now()
    with unit_of_work(durable=True):
        hold([conversation_id])
        message = (
            Message.objects.select_for_update(of=("self",))
            .filter(pk=message_id, awaits_files=True, status__in=WAITING)
            .first()
        )
        if message is None:
            return False
        ids = files_in(message.payload)
        files = list(ready(ids))
        failure = failure_of_refusal(gone()) if len(files) < len(ids) else None
        found = known(message.phone_number_id, files)
        uploads = [found.get((file.sha256, file.mime_type)) for file in files]
        failed = [one for one in uploads if one and one.state == UploadState.FAILED]
        failure = failure or (failed[0].failure if failed else None)
        if failure is not None:
            _fail(message, failure, at=at)
            return True
        if all(one is not None and is_fresh(one, at=at) for one in uploads):
            Message.objects.filter(pk=message.pk).update(awaits_files=False)
            return True
        # Usually on its way; a row that is gone or too old is made new.
        ask_for(message.phone_number_id, files, at=at)
        return False


def _fail(message: Message, failure: dict[str, Any], *, at: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(
        status=Status.FAILED,
        status_rank=RANKS[Status.FAILED],
        failure=failure,
        failed_at=at,
        awaits_files=False,
    )
    announce_status(message, Status.FAILED, by=SYSTEM, at=at)
