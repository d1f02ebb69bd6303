"""Whose dead letters are whose, and the only way from an id in a URL to one."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import BusinessAccount, Organization, Person
from webhooks.models import DeadLetter
from webhooks.secrets import fingerprints_for
from whatsapp.signature import fingerprint


def visible_dead_letters(person: Person) -> QuerySet[DeadLetter]:
    """Those of the person's organization, and those that no other organization can have sent."""
    ours = fingerprints_only_of(person.organization_id)
    return DeadLetter.objects.filter(
        Q(organization=person.organization_id)
        | Q(organization=None, delivery__secret_fingerprint__in=ours)
    )


def dead_letter_for(person: Person, letter_id: UUID) -> DeadLetter:
    """The dead letter, if `person` may see it; Http404 otherwise."""
    return get_object_or_404(visible_dead_letters(person), pk=letter_id)


def fingerprints_only_of(organization_id: UUID) -> set[str]:
    """The secrets that sign for this organization and for no other."""
    users: dict[str, set[UUID]] = {}
    for account in BusinessAccount.objects.all():
        for known in fingerprints_for(account, at=timezone.now()):
            users.setdefault(known, set()).add(account.organization_id)
    if settings.META_APP_SECRET:
        # Nobody has an account under it yet: it may sign for anybody.
        everybody = Organization.objects.values_list("pk", flat=True)
        users.setdefault(fingerprint(settings.META_APP_SECRET), set(everybody))
    return {known for known, ids in users.items() if ids == {organization_id}}
