"""Secrets at rest, put under the newest key of the ring, row by row while everything works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models
from typing_extensions import override

from accounts import crypto
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.models import Organization


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of some model that holds ciphertexts: its name ends in `_sealed`."""

    model: type[models.Model]
    field: str

    @override
    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"


def sealed_fields() -> Iterator[Sealed]:
    """Every column of any app that holds secrets, found by its name."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith("_sealed"):
                yield Sealed(model, field.name)


def stale_rows(sealed: Sealed) -> Iterator[tuple[object, str]]:
    """Rows whose secret the newest key does not open, as (primary key, ciphertext)."""
    rows = sealed.model._default_manager.exclude(**{sealed.field: ""}).order_by("pk")
    for pk, token in rows.values_list("pk", sealed.field).iterator(chunk_size=500):
        if not crypto.is_newest(token):
            yield pk, token


def stale_factors() -> Iterator[Authenticator]:
    """Second factors whose secrets the newest key does not open: they stand inside a JSON value."""
    for factor in Authenticator.objects.order_by("pk").iterator(chunk_size=500):
        if any(crypto.is_sealed(one) and not crypto.is_newest(one) for one in factor.data.values()):
            yield factor


def remaining() -> int:
    """How many secrets are not under the newest key yet."""
    columns = sum(1 for sealed in sealed_fields() for _row in stale_rows(sealed))
    return columns + sum(1 for _factor in stale_factors())


def rotate_secrets() -> int:
    """Encrypts every stored secret that is not under the newest key yet. How many.

    Each row by itself, in one statement that demands the ciphertext that was read: a secret that
    somebody replaces meanwhile is left as its writer left it. Broken off, it goes on where it was.
    Raises: cryptography.fernet.InvalidToken for one that no key of the ring opens.
    """
    columns = sum(
        sealed.model._default_manager.filter(pk=pk, **{sealed.field: token}).update(
            **{sealed.field: crypto.rotated(token)}
        )
        for sealed in sealed_fields()
        for pk, token in stale_rows(sealed)
    )
    return columns + sum(map(_rotate_factor, stale_factors()))


def _rotate_factor(factor: Authenticator) -> int:
    fresh = {
        name: crypto.rotated(one) if crypto.is_sealed(one) else one
        for name, one in factor.data.items()
    }
    rows = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
    return int(rows.update(data=fresh))


def note_rotation(*, count: int, by: Actor, at: datetime) -> None:
    """Tells the log of every organization that its secrets are under another key."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        _note_rotation(organization_id, count=count, by=by, at=at)


@transactional
def _note_rotation(organization_id: UUID, *, count: int, by: Actor, at: datetime) -> None:
    announce("secrets.rotated", organization_id, by=by, at=at, count=count)
