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
from accounts.models import (
    ApiKey,
    BusinessAccount,
    BusinessHours,
    Invitation,
    Person,
    PhoneNumber,
    Role,
    SlaTarget,
    Team,
)
from accounts.pages import person_of
from accounts.refusals import Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Permission(StrEnum):
    """What not everybody may do."""

    READ_NUMBERS = "read_numbers"
    MANAGE_NUMBERS = "manage_numbers"
    SYNC_TEMPLATES = "sync_templates"
    MANAGE_TEMPLATES = "manage_templates"
    READ_DEAD_LETTERS = "read_dead_letters"
    READ_PEOPLE = "read_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_KEYS = "manage_keys"
    MANAGE_ORGANIZATION = "manage_organization"
    READ_AUDIT = "read_audit"
    MERGE_CONTACTS = "merge_contacts"
    EXPORT_CONTACTS = "export_contacts"
    IMPORT_CONTACTS = "import_contacts"
    ERASE_CONTACTS = "erase_contacts"
    MANAGE_DATA = "manage_data"
    READ_DELETED_MESSAGES = "read_deleted_messages"
    READ_RAW_MESSAGES = "read_raw_messages"
    MANAGE_HOURS = "manage_hours"
    MANAGE_LABELS = "manage_labels"
    MANAGE_CANNED_REPLIES = "manage_canned_replies"
    READ_CAMPAIGNS = "read_campaigns"
    MANAGE_CAMPAIGNS = "manage_campaigns"


EVERYBODY: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
LEADS: Final = frozenset({Role.SUPERVISOR, Role.ADMIN})
ADMINS: Final = frozenset({Role.ADMIN})

# The one table of permissions. Conversations and templates are read by everybody.
ROLES: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.READ_NUMBERS: EVERYBODY,
    Permission.MANAGE_NUMBERS: ADMINS,
    Permission.SYNC_TEMPLATES: LEADS,
    Permission.MANAGE_TEMPLATES: LEADS,
    Permission.READ_DEAD_LETTERS: ADMINS,
    Permission.READ_PEOPLE: LEADS,
    Permission.MANAGE_PEOPLE: ADMINS,
    Permission.MANAGE_KEYS: ADMINS,
    Permission.MANAGE_ORGANIZATION: ADMINS,
    Permission.READ_AUDIT: ADMINS,
    Permission.MERGE_CONTACTS: LEADS,
    Permission.EXPORT_CONTACTS: LEADS,
    Permission.IMPORT_CONTACTS: LEADS,
    Permission.ERASE_CONTACTS: ADMINS,
    Permission.MANAGE_DATA: ADMINS,
    Permission.READ_DELETED_MESSAGES: LEADS,
    Permission.READ_RAW_MESSAGES: ADMINS,
    Permission.MANAGE_HOURS: LEADS,  # and the targets that count by them
    Permission.MANAGE_LABELS: LEADS,  # putting them on conversations is everybody's
    Permission.MANAGE_CANNED_REPLIES: LEADS,  # the shared ones; one's own are everybody's
    Permission.READ_CAMPAIGNS: EVERYBODY,
    Permission.MANAGE_CAMPAIGNS: LEADS,
}


def may(person: Person, permission: Permission) -> bool:
    """Whether this person's role allows it."""
    return person.role in ROLES[permission]


def permissions_of(person: Person) -> frozenset[Permission]:
    """Everything this person's role allows."""
    return frozenset(permission for permission in Permission if may(person, permission))


def check_may(person: Person, permission: Permission) -> None:
    """Refuses: NOT_ALLOWED, naming at most three admins to ask."""
    if may(person, permission):
        return
    admins = Person.objects.filter(
        organization_id=person.organization_id, role=Role.ADMIN, is_active=True
    )
    names = ", ".join(admins.order_by("name").values_list("name", flat=True)[:3])
    raise Refused(
        "NOT_ALLOWED",
        _("Your role does not allow this. You can ask %(names)s.") % {"names": names}
        if names
        else _("Your role does not allow this. An admin can."),
    )


def person_required(permission: Permission) -> Callable[[View[P]], View[P]]:
    """A view for people who have logged in and may do this. Refuses: NOT_ALLOWED."""

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def inside(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check_may(person_of(request), permission)
            return view(request, *args, **kwargs)

        return login_required(inside)

    return guarded


def number_for(person: Person, number_id: UUID) -> PhoneNumber:
    """A number of this person's organization; Http404 otherwise."""
    return get_object_or_404(PhoneNumber, pk=number_id, organization_id=person.organization_id)


def colleague_for(person: Person, colleague_id: UUID) -> Person:
    """A person of this person's organization; Http404 otherwise."""
    return get_object_or_404(Person, pk=colleague_id, organization_id=person.organization_id)


def team_for(person: Person, team_id: UUID) -> Team:
    """A team of this person's organization; Http404 otherwise."""
    return get_object_or_404(Team, pk=team_id, organization_id=person.organization_id)


def invitation_for(person: Person, invitation_id: UUID) -> Invitation:
    """An open invitation of this person's organization; Http404 otherwise."""
    return get_object_or_404(
        Invitation,
        pk=invitation_id,
        organization_id=person.organization_id,
        accepted_at=None,
        cancelled_at=None,
    )


def key_for(person: Person, key_id: UUID) -> ApiKey:
    """An API key of this person's organization; Http404 otherwise."""
    return get_object_or_404(ApiKey, pk=key_id, organization_id=person.organization_id)


def hours_for(person: Person, hours_id: UUID) -> BusinessHours:
    """A schedule of this person's organization; Http404 otherwise."""
    return get_object_or_404(BusinessHours, pk=hours_id, organization_id=person.organization_id)


def target_for(person: Person, target_id: UUID) -> SlaTarget:
    """A target of this person's organization; Http404 otherwise."""
    return get_object_or_404(SlaTarget, pk=target_id, organization_id=person.organization_id)


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
    return is_bound_to_numbers(key) or bool(key.account_ids)


def is_bound_to_numbers(key: ApiKey) -> bool:
    """Whether the key may reach less than the whole of an account that it sees."""
    return is_test(key) or bool(key.phone_number_ids)


def accounts_of(key: ApiKey) -> QuerySet[BusinessAccount]:
    """The accounts that a key reaches: bound to some of their numbers, it sees those accounts."""
    accounts = BusinessAccount.objects.filter(organization_id=key.organization_id)
    if key.account_ids:
        accounts = accounts.filter(pk__in=key.account_ids)
    if is_bound_to_numbers(key):
        accounts = accounts.filter(pk__in=numbers_of(key).values("account_id"))
    return accounts
