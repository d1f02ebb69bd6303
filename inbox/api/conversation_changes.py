"""Conversations over REST: opened without sending, changed by PATCH."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final, TypedDict, Unpack
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.envelopes import One
from accounts.api.finding import sending_number
from accounts.api.idempotency import once
from accounts.api.requests import Caller, caller_of
from accounts.events import transactional
from accounts.models import Person, PhoneNumber
from accounts.refusals import Refused
from inbox.actions import assigning, labels, snoozing
from inbox.actions import conversations as acts
from inbox.actions.threads import locked
from inbox.api import shapes
from inbox.api.act_bodies import ConversationIn, OpenIn
from inbox.api.baton import Wanted, check_may_assign
from inbox.api.changing import changed, shape_of
from inbox.api.contacts import contact_of
from inbox.api.conversations import router
from inbox.api.finding import check_reaches, colleague_of, conversation_of, team_of
from inbox.api.sends import check_either, given_name
from inbox.labels import key_of
from inbox.models import Conversation, Label
from inbox.ownership import Mode

# The router of what reads them: one path may be mounted once only.
__all__ = ["router"]
GIVES: Final = {"assignee_id", "team_id"}
CHANGES: Final = {"status", "snoozed_until", "tags"} | GIVES


@router.post(
    "/conversations",
    auth=needs("conversations:write"),
    response={200: One[shapes.ConversationOut], 201: One[shapes.ConversationOut]},
)
def open_conversation(request: HttpRequest, body: OpenIn) -> HttpResponse:
    """The conversation with somebody, made where there is none. Nothing goes to the customer."""
    caller = caller_of(request)
    number = sending_number(caller.key, body.sender)
    to, name = _receiver(caller, body), given_name(body.contact)
    return once(request, partial(_opened, request, caller, number, body, to=to, name=name))


def _receiver(caller: Caller, body: OpenIn) -> str:
    check_either(body.to, body.contact_id, name="contact_id")
    if body.contact_id is None:
        return body.to or ""
    contact = contact_of(caller.key, str(body.contact_id))
    known = contact.identities.filter(replaced_by=None).order_by("-created_at").first()
    address = contact.phone or (known.written if known else "")
    if not address:
        sentence = _("Nothing is known by which this contact can be reached.")
        raise Refused("INVALID_RECIPIENT", sentence, field="contact_id")
    return address


def _opened(
    request: HttpRequest,
    caller: Caller,
    number: PhoneNumber,
    body: OpenIn,
    *,
    to: str,
    name: str,
) -> HttpResponse:
    at = timezone.now()
    row = acts.conversation_with(number, to=to, country_code=body.country_code, at=at, name=name)
    check_reaches(caller.key, row, at=at)
    status = 201 if row.created_at == at else 200
    location = f"/api/v1/whatsapp/conversations/{row.pk}"
    return answered(request, shape_of(request, row, at=at), status=status, location=location)


@router.patch(
    "/conversations/{conversation_id}",
    auth=needs("conversations:write"),
    response=One[shapes.ConversationOut],
)
def change(request: HttpRequest, conversation_id: str, body: ConversationIn) -> HttpResponse:
    """Its status; whose it is; `tags` replaces them all, `tags_add` and `tags_remove` change some.

    It may be beyond the key afterwards.
    """
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    _check(body)
    to = _to_whom(caller, body)
    return changed(request, row, partial(_change, row, body, to, by=caller.actor))


def _check(body: ConversationIn) -> None:
    changes = body.tags_add or body.tags_remove
    if body.tags is not None and changes:
        raise Refused("VALIDATION_ERROR", _("Give all tags, or changes of them."), field="tags")
    if not changes and not body.model_fields_set & CHANGES:
        raise Refused("NO_UPDATABLE_FIELDS", _("There is nothing to change in it."))
    if (body.status == "snoozed") != (body.snoozed_until is not None):
        sentence = _("`status` snoozed and `snoozed_until` go together.")
        raise Refused("VALIDATION_ERROR", sentence, field="snoozed_until")


def _to_whom(caller: Caller, body: ConversationIn) -> Wanted:
    to: Wanted = {}
    if body.model_fields_set & GIVES:
        caller.check("handoff:write")
        check_may_assign(caller.key)
    if "assignee_id" in body.model_fields_set:
        to["person"] = _assignee(caller, body.assignee_id)
    if "team_id" in body.model_fields_set:
        to["team"] = team_of(caller.key, body.team_id) if body.team_id else None
    return to


def _assignee(caller: Caller, wanted: UUID | str | None) -> Person | None:
    own = caller.actor.person_id
    if wanted == "me" and own is None:
        sentence = _("This key belongs to no person: name one.")
        raise Refused("VALIDATION_ERROR", sentence, field="assignee_id")
    person_id = own if wanted == "me" else wanted
    return colleague_of(caller.key, person_id) if isinstance(person_id, UUID) else None


@transactional
def _change(
    row: Conversation, body: ConversationIn, to: Wanted, *, by: Actor, at: datetime
) -> None:
    version = body.expected_version
    if body.status is not None:
        _check_owner(row, by=by)
        _restate(row, body, by=by, at=at, expected_version=version)
        version = None  # it has moved on by our own hand
    if to:
        assigning.assign(row.pk, **to, by=by, at=at, expected_version=version)
        version = None
    if body.tags is not None or body.tags_add or body.tags_remove:
        _retag(row, body, by=by, at=at, expected_version=version)


def _check_owner(row: Conversation, *, by: Actor) -> None:
    """Refuses: NOT_OWNER to an assistant, for what is in people's hands."""
    if by.type == "ai" and locked(row.pk).mode != Mode.AI:
        raise Refused("NOT_OWNER", _("People have this conversation."))


class _How(TypedDict):
    by: Actor
    at: datetime
    expected_version: int | None


def _restate(row: Conversation, body: ConversationIn, **how: Unpack[_How]) -> None:
    match body.status:
        case "snoozed" if body.snoozed_until is not None:
            snoozing.snooze_conversation(row.pk, until=body.snoozed_until, **how)
        case "closed":
            acts.close(row.pk, **how)
        case "pending_customer":
            acts.wait_for_customer(row.pk, **how)
        case _:
            acts.reopen(row.pk, **how)


def _retag(row: Conversation, body: ConversationIn, **how: Unpack[_How]) -> None:
    by, at = how["by"], how["at"]
    wanted = body.tags_add if body.tags is None else body.tags
    added = labels.labels_named(row.organization_id, wanted, by=by, at=at)
    has = Label.objects.filter(labellings__conversation=row)
    if body.tags is None:
        has = has.filter(key__in=[key_of(name) for name in body.tags_remove])
    labels.relabel(
        row.pk,
        add=[one.pk for one in added],
        remove=list(has.values_list("pk", flat=True)),
        **how,
    )
