"""Who am I; the WhatsApp Business Accounts and phone numbers of a key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field

from accounts.access import accounts_of, numbers_of
from accounts.api import shapes
from accounts.api.answers import answered, listed
from accounts.api.auth import ANY_KEY, needs
from accounts.api.envelopes import Many, One
from accounts.api.finding import account_or_404, as_uuid, number_or_404
from accounts.api.paging import DEFAULT_LIMIT, MOST, Order, paged
from accounts.api.requests import caller_of
from accounts.models import BusinessAccount, PhoneNumber
from accounts.queries import number_facts
from accounts.shapes import NumberFacts

router = Router(tags=["Accounts"])
OLDEST_FIRST = Order(("created_at", "pk"), descending=False)
NO_FACTS = NumberFacts()
Status = Literal["active", "disconnected", "error", "pending_setup"]


class Paging(BaseModel):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = DEFAULT_LIMIT
    cursor: str | None = None

    @property
    def question(self) -> dict[str, Any]:
        """The filters alone: what a cursor is bound to."""
        return self.model_dump(exclude={"limit", "cursor"}, mode="json")


class AccountFilters(Paging):
    """Filters of GET /accounts."""

    flat: Literal["0", "1"] = "0"
    status: Status | None = None


class NumberFilters(Paging):
    """Filters of GET /phone-numbers."""

    status: Status | None = None
    account: str | None = None
    provider: Literal["cloud", "qr"] | None = None


@router.get("/ping", auth=ANY_KEY, response=One[shapes.PingOut])
def ping(request: HttpRequest) -> HttpResponse:
    """Who this key is and what it may do."""
    caller = caller_of(request)
    key = caller.key
    numbers = list(numbers_of(key).order_by("created_at"))
    data = shapes.PingOut(
        pong=True,
        organization_id=key.organization_id,
        organization_name=key.organization.name,
        api_key=shapes.key_out(key, numbers),
        time=timezone.now(),
    )
    return answered(request, data)


@router.get("/accounts", auth=needs("numbers:read"), response=Many[shapes.AccountOut])
def accounts(request: HttpRequest, filters: Query[AccountFilters]) -> HttpResponse:
    """WhatsApp Business Accounts, oldest first; with flat=1 one row per phone number."""
    key = caller_of(request).key
    if filters.flat == "1":
        numbers = numbers_of(key).filter(removed_at=None).select_related("account")
        if filters.status:
            numbers = numbers.filter(status=filters.status)
        return page_of(request, numbers, filters, _flat_shapes)
    rows = accounts_of(key)
    if filters.status:
        rows = rows.filter(numbers__status=filters.status).distinct()

    def shape(found: Sequence[BusinessAccount]) -> list[shapes.AccountOut]:
        return _account_shapes(found, numbers_of(key).filter(account__in=found, removed_at=None))

    return page_of(request, rows, filters, shape)


def page_of(request: HttpRequest, rows: Any, filters: Paging, shape: Any) -> HttpResponse:
    """One page of these rows, oldest first. shape: of rows their shapes."""
    page = paged(
        rows,
        order=OLDEST_FIRST,
        limit=filters.limit,
        cursor=filters.cursor,
        question=filters.question,
        shape=shape,
    )
    return listed(request, page)


def _flat_shapes(numbers: Sequence[PhoneNumber]) -> list[shapes.FlatAccountOut]:
    facts = number_facts(numbers)
    return [shapes.flat_account_out(one, facts.get(one.pk, NO_FACTS)) for one in numbers]


def _account_shapes(accounts: Sequence[BusinessAccount], numbers: Any) -> list[shapes.AccountOut]:
    of_account: dict[UUID, list[PhoneNumber]] = defaultdict(list)
    for number in numbers.order_by("created_at"):
        of_account[number.account_id].append(number)
    facts = number_facts([number for some in of_account.values() for number in some])
    return [
        shapes.account_out(
            account,
            of_account[account.pk],
            [facts.get(number.pk, NO_FACTS) for number in of_account[account.pk]],
        )
        for account in accounts
    ]


@router.get("/accounts/{account_id}", auth=needs("numbers:read"), response=One[shapes.AccountOut])
def account(request: HttpRequest, account_id: str) -> HttpResponse:
    """One account, by our id or the WABA id."""
    key = caller_of(request).key
    found = account_or_404(key, account_id)
    numbers = numbers_of(key).filter(account=found, removed_at=None)
    return answered(request, _account_shapes([found], numbers)[0])


@router.get("/phone-numbers", auth=needs("numbers:read"), response=Many[shapes.NumberOut])
def phone_numbers(request: HttpRequest, filters: Query[NumberFilters]) -> HttpResponse:
    """Phone numbers, oldest first."""
    rows = numbers_of(caller_of(request).key).filter(removed_at=None).select_related("account")
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.provider == "qr":
        rows = rows.none()
    if filters.account:
        own_id = as_uuid(filters.account)
        rows = (
            rows.filter(account=own_id) if own_id else rows.filter(account__waba_id=filters.account)
        )
    return page_of(request, rows, filters, number_shapes)


def number_shapes(numbers: Sequence[PhoneNumber]) -> list[shapes.NumberOut]:
    """Numbers with their counters; their accounts are there."""
    facts = number_facts(numbers)
    return [shapes.number_out(one, facts.get(one.pk, NO_FACTS)) for one in numbers]


@router.get(
    "/phone-numbers/{number_id}", auth=needs("numbers:read"), response=One[shapes.NumberOut]
)
def phone_number(request: HttpRequest, number_id: str) -> HttpResponse:
    """One phone number, by our id, Meta's id or the number itself."""
    number = number_or_404(caller_of(request).key, number_id)
    return answered(request, number_shapes([number])[0])
