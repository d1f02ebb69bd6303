"""Connecting numbers over REST: by the code of Meta's dialog, or by token."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from accounts import connecting, setup_words
from accounts.access import is_bound
from accounts.api.answers import answered
from accounts.api.auth import needs
from accounts.api.bodies import Body
from accounts.api.envelopes import One
from accounts.api.idempotency import once_outside
from accounts.api.requests import Caller, caller_of
from accounts.connecting import Connected
from accounts.looking import Wanted
from accounts.models import BusinessAccount, PhoneNumber, StepState
from accounts.refusals import Refused
from accounts.setup_steps import webhook_url

router = Router(tags=["Accounts"])

Digits = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,31}$")]
Pin = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
# A person's step, which no program can wait for.
NOT_SHOWN = frozenset({"test_message"})


class ExchangeIn(Body):
    """What Meta's dialog hands over."""

    code: Annotated[str, Field(min_length=1, max_length=2048)]
    phone_number_id: Digits | None = None
    waba_id: Digits | None = None
    coexistence: bool = False
    pin: Pin | None = None


class ManualIn(Body):
    """Ids and token, copied from Meta."""

    waba_id: Digits
    phone_number_id: Digits
    access_token: Annotated[str, Field(min_length=1, max_length=1024)]
    app_secret: Annotated[str, Field(max_length=128)] | None = None
    verify_token: Annotated[str, Field(max_length=200)] | None = None
    pin: Pin | None = None


class AccountName(BaseModel):
    """An account where it is only named."""

    id: UUID
    waba_id: str
    name: str | None


class NumberState(BaseModel):
    """A number, and whether it can send."""

    id: UUID
    meta_phone_number_id: str
    display_phone_number: str | None
    status: str


class StepOut(BaseModel):
    """One step. state: open, waiting, done, skipped, failed."""

    name: str
    state: str
    message: str | None


class ConnectedOut(BaseModel):
    """What is connected, and how each step came out."""

    account: AccountName
    phone_number: NumberState | None
    steps: list[StepOut]
    webhook_url: str


@router.post("/onboarding/exchange", auth=needs("numbers:manage"), response=One[ConnectedOut])
def exchange(request: HttpRequest, body: ExchangeIn) -> HttpResponse:
    """Completes Meta's Embedded Signup. 201 for a new number, 200 for one that is renewed."""
    caller = _unbound(request)
    wanted = Wanted(
        waba_id=body.waba_id or "",
        phone_number_id=body.phone_number_id or "",
        access_token="",
        pin=body.pin or "",
        coexistence=body.coexistence,
    )
    who = _who(caller)
    return once_outside(
        request,
        lambda: _answer(
            request,
            connecting.connect_by_code(caller.key.organization_id, body.code, wanted, **who),
        ),
    )


@router.post("/onboarding/manual", auth=needs("numbers:manage"), response=One[ConnectedOut])
def manual(request: HttpRequest, body: ManualIn) -> HttpResponse:
    """Connects with a system user's token. 201 for a new number, 200 for one that is renewed."""
    caller = _unbound(request)
    wanted = Wanted(
        waba_id=body.waba_id,
        phone_number_id=body.phone_number_id,
        access_token=body.access_token,
        app_secret=body.app_secret or "",
        verify_token=body.verify_token or "",
        pin=body.pin or "",
    )
    who = _who(caller)
    return once_outside(
        request,
        lambda: _answer(request, connecting.connect(caller.key.organization_id, wanted, **who)),
    )


def _who(caller: Caller) -> dict[str, Any]:
    return {"by": caller.actor, "at": timezone.now()}


def _unbound(request: HttpRequest) -> Caller:
    caller = caller_of(request)
    if is_bound(caller.key):
        raise Refused(
            "NUMBER_NOT_ALLOWED", _("This key is bound to numbers: it connects no others.")
        )
    return caller


def _answer(request: HttpRequest, connected: Connected) -> HttpResponse:
    data = connected_out(connected.account, connected.number)
    return answered(request, data, status=201 if connected.is_new else 200)


def connected_out(account: BusinessAccount, number: PhoneNumber | None) -> ConnectedOut:
    """An account, its number and how far its steps have come. One query."""
    return ConnectedOut(
        account=AccountName(id=account.pk, waba_id=account.waba_id, name=account.name or None),
        phone_number=_number(number) if number else None,
        steps=_steps(number) if number else [],
        webhook_url=webhook_url(),
    )


def _number(number: PhoneNumber) -> NumberState:
    return NumberState(
        id=number.pk,
        meta_phone_number_id=number.meta_phone_number_id,
        display_phone_number=number.display_phone_number or None,
        status=number.status,
    )


def _steps(number: PhoneNumber) -> list[StepOut]:
    known = {step.name: step for step in number.setup_steps.all()}
    rows = [known[name] for name in settings.CONNECT_STEPS if name in known]
    return [
        StepOut(
            name=row.name,
            state=row.state,
            message=setup_words.sentence(row.code, row.facts) or None,
        )
        for row in rows
        if row.name not in NOT_SHOWN and (row.code or row.state != StepState.SKIPPED)
    ]
