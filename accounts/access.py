"""Who may do what, and the only way from an id to a row of this app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.keys import is_test
from accounts.models import ApiKey, BusinessAccount, Person, PhoneNumber, Role
from accounts.pages import person_of
from accounts.refusals import Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Permission(StrEnum):
    """What not everybody may do."""

    READ_NUMBERS = "read_numbers"
    MANAGE_NUMBERS = "manage_numbers"
    MANAGE_KEYS = "manage_keys"


# The one table of permissions.
ROLES: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.READ_NUMBERS: frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN}),
    Permission.MANAGE_NUMBERS: frozenset({Role.ADMIN}),
    Permission.MANAGE_KEYS: frozenset({Role.ADMIN}),
}


def may(person: Person, permission: Permission) -> bool:
    """Whether this person's role allows it."""
    return person.role in ROLES[permission]


def check_may(person: Person, permission: Permission) -> None:
    """Refuses: NOT_ALLOWED."""
    if not may(person, permission):
        raise Refused("NOT_ALLOWED", _("Your role does not allow this. An admin can."))


def person_required(permission: Permission) -> Callable[[View[P]], View[P]]:
    """A view for people who have logged in and may do this. Refuses: NOT_ALLOWED."""

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def inside(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check_may(person_of(request), permission)
            return view(request, *args, **kwargs)

        return login_required(inside)

    return guarded


def number_for(person: Person, number_id: UUID) -> PhoneNumber:
    """A number of this person's organization; Http404 otherwise."""
    return get_object_or_404(PhoneNumber, pk=number_id, organization_id=person.organization_id)


def key_for(person: Person, key_id: UUID) -> ApiKey:
    """An API key of this person's organization; Http404 otherwise."""
    return get_object_or_404(ApiKey, pk=key_id, organization_id=person.organization_id)


def numbers_of(key: ApiKey) -> QuerySet[PhoneNumber]:
    """The numbers that a key reaches: of its organization, within its bindings."""
    numbers = PhoneNumber.objects.filter(organization_id=key.organization_id)
    if is_test(key):
        numbers = numbers.filter(sandbox=True)
    if key.account_ids:
        numbers = numbers.filter(account_id__in=key.account_ids)
    if key.phone_number_ids:
        numbers = numbers.filter(pk__in=key.phone_number_ids)
    return numbers


def is_bound(key: ApiKey) -> bool:
    """Whether the key reaches less than its whole organization."""
    return is_test(key) or bool(key.account_ids) or bool(key.phone_number_ids)


def accounts_of(key: ApiKey) -> QuerySet[BusinessAccount]:
    """The accounts that a key reaches: bound to some of their numbers, it sees those accounts."""
    accounts = BusinessAccount.objects.filter(organization_id=key.organization_id)
    if key.account_ids:
        accounts = accounts.filter(pk__in=key.account_ids)
    if is_test(key) or key.phone_number_ids:
        accounts = accounts.filter(pk__in=numbers_of(key).values("account_id"))
    return accounts
