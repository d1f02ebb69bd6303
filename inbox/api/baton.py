"""Whose a conversation is: taken over, assigned, handed to people, given back to the assistant."""

from __future__ import annotations

from functools import partial
from typing import TypedDict

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.actors import Actor, agent
from accounts.api.auth import needs
from accounts.api.envelopes import One
from accounts.api.requests import Caller, caller_of
from accounts.models import ApiKey, Person, Team
from accounts.refusals import Refused
from inbox.actions import assigning, ownership
from inbox.api import shapes
from inbox.api.act_bodies import AssignIn, HandoffIn, ReturnIn, TakeoverIn
from inbox.api.changing import changed
from inbox.api.finding import colleague_of, conversation_of, team_of

router = Router(tags=["Conversations"])


@router.post(
    "/conversations/{conversation_id}/takeover",
    auth=needs("handoff:write"),
    response=One[shapes.ConversationOut],
)
def takeover(request: HttpRequest, conversation_id: str, body: TakeoverIn) -> HttpResponse:
    """A person takes the conversation: the key's own, or the one named."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    by, version = _person(caller, body), body.expected_version
    act = partial(ownership.take_over, row.pk, by=by, expected_version=version)
    return changed(request, row, act)


def _person(caller: Caller, body: TakeoverIn) -> Actor:
    if body.user_id is None or body.user_id == caller.actor.person_id:
        return caller.actor
    return agent(colleague_of(caller.key, body.user_id))


@router.post(
    "/conversations/{conversation_id}/assign",
    auth=needs("handoff:write"),
    response=One[shapes.ConversationOut],
)
def assign(request: HttpRequest, conversation_id: str, body: AssignIn) -> HttpResponse:
    """Gives it to a person, to a team, or to nobody; it may be beyond the key afterwards."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    wanted, version = _wanted(caller.key, body), body.expected_version
    act = partial(assigning.assign, row.pk, **wanted, by=caller.actor, expected_version=version)
    return changed(request, row, act)


class Wanted(TypedDict, total=False):
    """To whom a body assigns: what is missing stays."""

    person: Person | None
    team: Team | None


def _wanted(key: ApiKey, body: AssignIn) -> Wanted:
    wanted: Wanted = {}
    if "user_id" in body.model_fields_set:
        wanted["person"] = colleague_of(key, body.user_id) if body.user_id else None
    if "team_id" in body.model_fields_set:
        wanted["team"] = team_of(key, body.team_id) if body.team_id else None
    if not wanted:
        raise Refused(
            "VALIDATION_ERROR",
            _("Say to whom: `user_id`, `team_id`, or null for nobody."),
            field="user_id",
            detail="required",
        )
    check_may_assign(key)
    return wanted


def check_may_assign(key: ApiKey) -> None:
    """Refuses: NOT_OWNER to a key of kind `ai`."""
    if key.kind == "ai":
        raise Refused("NOT_OWNER", _("The assistant asks for a person: POST …/handoff."))


@router.post(
    "/conversations/{conversation_id}/handoff",
    auth=needs("handoff:write"),
    response=One[shapes.ConversationOut],
)
def handoff(request: HttpRequest, conversation_id: str, body: HandoffIn) -> HttpResponse:
    """Asks for a person; a second request only adds its reason."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    is_ai = caller.key.kind == "ai"
    _check_handoff(body, is_ai=is_ai)
    act = partial(
        ownership.request_handoff,
        row.pk,
        reason=body.reason or "api",
        by=caller.actor,
        owner_epoch=body.owner_epoch if is_ai else None,
    )
    return changed(request, row, act)


def _check_handoff(body: HandoffIn, *, is_ai: bool) -> None:
    missing = [name for name in ("reason", "owner_epoch") if is_ai and getattr(body, name) is None]
    if missing:
        raise Refused(
            "VALIDATION_ERROR",
            _("A key of kind ai says why, and under which owner_epoch."),
            field=missing[0],
            detail="required",
        )


@router.post(
    "/conversations/{conversation_id}/return-to-ai",
    auth=needs("handoff:write"),
    response=One[shapes.ConversationOut],
)
def return_to_ai(request: HttpRequest, conversation_id: str, body: ReturnIn) -> HttpResponse:
    """Gives the conversation back to the assistant, which waits for the next message."""
    caller = caller_of(request)
    row = conversation_of(caller.key, conversation_id)
    if body.answer_now:
        raise Refused(
            "VALIDATION_ERROR",
            _("Answering at once is not supported yet."),
            field="answer_now",
            detail="unsupported",
        )
    act = partial(
        ownership.give_back,
        row.pk,
        by=caller.actor,
        note=body.note,
        expected_version=body.expected_version,
    )
    return changed(request, row, act)
