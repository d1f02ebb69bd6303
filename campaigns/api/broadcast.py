"""POST /messages/broadcast: the same message to a list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from accounts.api.answers import rendered
from accounts.api.auth import needs
from accounts.api.finding import sending_number
from accounts.api.idempotency import once
from accounts.api.requests import Caller
from accounts.models import PhoneNumber
from campaigns.actions.broadcasting import broadcast
from campaigns.api.bodies import BroadcastIn
from campaigns.api.finding import sender_of
from campaigns.api.shapes import BroadcastMeta, BroadcastOut, destination_out
from inbox.api.finding import conversations_of, limited_reader
from inbox.api.sends import brought_for, outgoing_of
from inbox.models import Media

router = Router(tags=["Messages"])


@router.post("/messages/broadcast", auth=needs("campaigns:manage"), response={202: BroadcastOut})
def post_broadcast(request: HttpRequest, body: BroadcastIn) -> HttpResponse:
    """Sends one message to each destination; whoever cannot get it fails alone."""
    caller = sender_of(request)
    number = sending_number(caller.key, body.sender)
    file = brought_for(request, body.content(), lambda: number)

    def effect() -> HttpResponse:
        return rendered(request, _sent(caller, body, number, file), status=202)

    return once(request, effect)


def _sent(
    caller: Caller, body: BroadcastIn, number: PhoneNumber, file: Media | None
) -> BroadcastOut:
    limited = limited_reader(caller.key) is not None
    campaign, outcomes = broadcast(
        number,
        body.to,
        outgoing_of(body.content(), number, caller, file),
        by=caller.actor,
        at=timezone.now(),
        scheduled_at=body.scheduled_at,
        reference=body.reference,
        among=conversations_of(caller.key) if limited else None,
    )
    data = [destination_out(one) for one in outcomes]
    accepted = sum(one.status == "accepted" for one in data)
    meta = BroadcastMeta(campaign_id=campaign.pk, accepted=accepted, failed=len(data) - accepted)
    return BroadcastOut(data=data, meta=meta)
