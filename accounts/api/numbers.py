"""Phone numbers over REST: registered, changed, disconnected and connected again."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from accounts import connecting, disconnecting, profiles
from accounts.actions.number_settings import CHECKS, change_number, check_changes
from accounts.actions.numbers import disconnect_number
from accounts.api import shapes
from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.endpoints import number_shapes, router
from accounts.api.envelopes import One
from accounts.api.finding import (
    account_or_404,
    check_may_connect,
    check_may_replace_token,
    number_or_404,
)
from accounts.api.idempotency import once, once_outside
from accounts.api.onboarding import ConnectedOut, Digits, Pin, connected_out
from accounts.api.requests import caller_of
from accounts.models import PhoneNumber
from accounts.refusals import Refused
from accounts.registering import register

# The router of what reads them: one path may be mounted once only.
__all__ = ["answer_number", "router"]
MANAGE = "numbers:manage"


class RegisterIn(Body):
    """A number of a connected account. source: its other name."""

    ALIASES: ClassVar[dict[str, str]] = {"source": "phone_number_id"}
    phone_number_id: Digits
    waba_id: Digits
    pin: Pin | None = None


class ProfileIn(BaseModel):
    """What customers read; it goes to Meta."""

    model_config = {"extra": "forbid"}
    about: str | None = None
    address: str | None = None
    description: str | None = None
    email: str | None = None
    websites: list[str] | None = None
    vertical: str | None = None


class NumberIn(Body):
    """What can be changed of a number; what is left out stays."""

    UNSUPPORTED: ClassVar[frozenset[str]] = frozenset(
        {"business_hours_id", "reopen_to", "message_taker", "idle_return_hours", "tell_customer"}
    )
    NULLABLE: ClassVar[frozenset[str]] = frozenset({"default_team_id"})
    label: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    default_team_id: UUID | None = None
    start_mode: Literal["ai", "human"] | None = None
    read_receipts: Literal["on_open", "on_reply", "never"] | None = None
    closing_soon_minutes: Annotated[int, Field(ge=5, le=720)] | None = None
    country_code: Annotated[str, Field(max_length=4)] | None = None
    profile: ProfileIn | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The keywords of `change_number`."""
        return {name: getattr(self, name) for name in self.model_fields_set & CHECKS.keys()}

    @property
    def profile_changes(self) -> dict[str, Any]:
        """The changes of `change_profile`."""
        return self.profile.model_dump(exclude_none=True) if self.profile else {}


class ReconnectIn(Body):
    """Another token, if there is one."""

    access_token: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    pin: Pin | None = None


@router.post("/phone-numbers", auth=needs(MANAGE), response=One[shapes.NumberOut])
def add(request: HttpRequest, body: RegisterIn) -> HttpResponse:
    """Registers a number of a connected account with Meta. 200 when it was here already."""
    return _registered(request, body)


@router.post("/source", auth=needs(MANAGE), response=One[shapes.NumberOut])
def source(request: HttpRequest, body: RegisterIn) -> HttpResponse:
    """The same under its other name."""
    return _registered(request, body)


def _registered(request: HttpRequest, body: RegisterIn) -> HttpResponse:
    caller = caller_of(request)
    account = account_or_404(caller.key, body.waba_id)
    check_may_connect(caller.key, body.phone_number_id)

    def effect() -> HttpResponse:
        number, is_new = register(
            account,
            body.phone_number_id,
            pin=body.pin or "",
            by=caller.actor,
            at=timezone.now(),
        )
        return answer_number(request, number.pk, status=201 if is_new else 200)

    return once_outside(request, effect)


@router.patch("/phone-numbers/{number_id}", auth=needs(MANAGE), response=One[shapes.NumberOut])
def change(request: HttpRequest, number_id: str, body: NumberIn) -> HttpResponse:
    """Changes what is named. The profile goes to Meta first: refused there, nothing changes."""
    caller = caller_of(request)
    number = number_or_404(caller.key, number_id)
    if not body.model_fields_set:
        raise Refused("NO_UPDATABLE_FIELDS", _("There is nothing to change in it."))

    def effect() -> HttpResponse:
        who: dict[str, Any] = {"by": caller.actor, "at": timezone.now()}
        check_changes(number, body.changes)
        if body.profile_changes:
            profiles.change_profile(number, body.profile_changes, **who)
        change_number(number.pk, **body.changes, **who)
        return answer_number(request, number.pk)

    return once_outside(request, effect)


@router.delete("/phone-numbers/{number_id}", auth=needs(MANAGE), response={204: None})
def remove(request: HttpRequest, number_id: str) -> HttpResponse:
    """Nothing is sent or delivered any more; conversations stay readable."""
    caller = caller_of(request)
    number = number_or_404(caller.key, number_id)
    disconnecting.disconnect(number, by=caller.actor, at=timezone.now())
    return HttpResponse(status=204)


@router.post(
    "/phone-numbers/{number_id}/disconnect", auth=needs(MANAGE), response=One[shapes.NumberOut]
)
def disconnect(request: HttpRequest, number_id: str, body: Body) -> HttpResponse:  # noqa: ARG001
    """Nothing is sent until it is connected again; what Meta delivers is stored."""
    caller = caller_of(request)
    number = number_or_404(caller.key, number_id)

    def effect() -> HttpResponse:
        disconnect_number(number.pk, by=caller.actor, at=timezone.now())
        return answer_number(request, number.pk)

    return once(request, effect)


@router.post("/phone-numbers/{number_id}/reconnect", auth=needs(MANAGE), response=One[ConnectedOut])
def reconnect(request: HttpRequest, number_id: str, body: ReconnectIn) -> HttpResponse:
    """Every step again, with another token if one is given; then what waited goes out."""
    caller = caller_of(request)
    number = number_or_404(caller.key, number_id)
    if body.access_token:
        check_may_replace_token(caller.key)

    def effect() -> HttpResponse:
        connecting.reconnect(
            number.pk,
            access_token=body.access_token or "",
            pin=body.pin or "",
            by=caller.actor,
            at=timezone.now(),
        )
        fresh = PhoneNumber.objects.select_related("account").get(pk=number.pk)
        return answered(request, connected_out(fresh.account, fresh))

    return once_outside(request, effect)


def answer_number(request: HttpRequest, number_id: UUID, *, status: int = 200) -> HttpResponse:
    """A number as it is now."""
    number = PhoneNumber.objects.select_related("account").get(pk=number_id)
    return answered(request, number_shapes([number])[0], status=status)
