"""The assistant of a number over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from accounts.api import shapes
from accounts.api.auth import needs
from accounts.api.bodies import Body, required
from accounts.api.envelopes import One
from accounts.api.finding import not_found, number_or_404
from accounts.api.idempotency import once_outside
from accounts.api.numbers import answer_number
from accounts.api.requests import caller_of
from accounts.models import PhoneNumber
from automation.access import bots_of
from automation.actions.linking import link_bot, switch_auto_reply
from automation.models import Bot

router = Router(tags=["Accounts"])


class LinkIn(Body):
    """Which assistant; null: none."""

    NULLABLE: ClassVar[frozenset[str]] = frozenset({"bot_id"})
    bot_id: UUID | None = None


class AutoReplyIn(Body):
    """On or off."""

    enabled: bool


@router.post(
    "/phone-numbers/{number_id}/link-bot",
    auth=needs("numbers:manage"),
    response=One[shapes.NumberOut],
)
def link(request: HttpRequest, number_id: str, body: LinkIn) -> HttpResponse:
    """Links an assistant to the number, or unlinks it. One assistant per number."""
    if "bot_id" not in body.model_fields_set:
        raise required("bot_id")
    number = number_or_404(caller_of(request).key, number_id)
    bot = _bot(number, body.bot_id)
    # The first assistant of a number begins its conversations, as it does when set up by hand.
    start_mode = "human" if bot is None else number.start_mode if number.bot_id else "ai"
    return _done(
        request,
        number,
        lambda **who: link_bot(
            number.pk,
            bot=bot,
            auto_reply=bot is not None and number.auto_reply,
            start_mode=start_mode,
            **who,
        ),
    )


def _bot(number: PhoneNumber, bot_id: UUID | None) -> Bot | None:
    if bot_id is None:
        return None
    bot = bots_of(number.organization_id).filter(pk=bot_id).first()
    if bot is None:
        raise not_found()
    return bot


@router.post(
    "/phone-numbers/{number_id}/autoreply",
    auth=needs("numbers:manage"),
    response=One[shapes.NumberOut],
)
def autoreply(request: HttpRequest, number_id: str, body: AutoReplyIn) -> HttpResponse:
    """The number-wide switch of the assistant. Off: as unlinked, but the link stays."""
    number = number_or_404(caller_of(request).key, number_id)
    return _done(
        request, number, lambda **who: switch_auto_reply(number, enabled=body.enabled, **who)
    )


def _done(request: HttpRequest, number: PhoneNumber, act: Callable[..., Any]) -> HttpResponse:
    caller = caller_of(request)

    def effect() -> HttpResponse:
        act(by=caller.actor, at=timezone.now())
        return answer_number(request, number.pk)

    return once_outside(request, effect)
