"""Rows that stand once in their organization, by a name or a scope: written and deleted.

Whether a name is free is asked and the row written while nobody else of the organization does the
same; the unique constraint behind it never speaks to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from accounts.actions.organizations import hold_organization
from accounts.actors import Actor
from accounts.events import announce
from accounts.refusals import Refused


class Owned(Protocol):
    """A row of an organization."""

    _default_manager: Any
    organization_id: UUID

    @property
    def pk(self) -> Any:
        """Its key."""

    def delete(self) -> Any:
        """Takes it out of the database."""


@contextmanager
def writing_row(kind: str, row: Owned, *, by: Actor, at: datetime) -> Iterator[None]:
    """The block judges and saves the row; then it is announced. Inside an action only."""
    hold_organization(row.organization_id)
    yield
    announce(kind, row.organization_id, by=by, at=at, ids=[row.pk])


def delete_row(kind: str, row: Owned, *, by: Actor, at: datetime) -> None:
    """The row is gone, and that is announced. Inside an action only.

    It is held first: what has just come to refer to it is seen then, and goes as its relation says.
    Where somebody else has just deleted it there is nothing to do.
    """
    if not type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first():
        return
    announce(kind, row.organization_id, by=by, at=at, ids=[row.pk])
    row.delete()


def check_free(same: QuerySet[Any], row: Owned, sentence: str, *, field: str) -> None:
    """Refuses: ALREADY_EXISTS with this sentence, where another row is among `same`."""
    others = same.filter(organization=row.organization_id).exclude(pk=row.pk)
    if others.exists():
        raise Refused("ALREADY_EXISTS", sentence, field=field)
