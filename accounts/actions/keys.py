"""API keys: made, given other scopes, revoked. What is shown once is returned once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts import keys, scopes
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.keys import MadeKey
from accounts.models import ApiKey, Person
from accounts.refusals import Refused

KINDS: Final = ("integration", "human", "ai")


@transactional
def create_key(
    organization_id: UUID,
    *,
    name: str,
    by: Actor,
    at: datetime,
    kind: str = "integration",
    scopes: Sequence[str] = ("*",),
    services: Sequence[str] = ("cloud",),
    with_secret: bool = False,
    test: bool = False,
    user: Person | None = None,
    bot_id: UUID | None = None,
    account_ids: Sequence[UUID] = (),
    phone_number_ids: Sequence[UUID] = (),
    expires_at: datetime | None = None,
    case: str = "snake",
    profile: str = "",
) -> MadeKey:
    """A new key with its plain text, which is nowhere else.

    kind `human` needs a user, kind `ai` a bot. test: reaches sandbox numbers only.
    Refuses: VALIDATION_ERROR (scopes, kind, name); ALREADY_EXISTS for a name in use.
    """
    _check(organization_id, name=name, kind=kind, scopes=scopes, user=user, bot_id=bot_id)
    plain = keys.fresh_key(test=test)
    secret = keys.fresh_secret() if with_secret else None
    row = ApiKey.objects.create(
        organization_id=organization_id,
        name=name,
        kind=kind,
        prefix=plain[: keys.SHOWN_LENGTH],
        key_sha256=keys.digest(plain),
        secret_sha256=keys.digest(secret) if secret else "",
        scopes=list(scopes),
        services=list(services),
        account_ids=[str(one) for one in account_ids],
        phone_number_ids=[str(one) for one in phone_number_ids],
        user=user,
        bot_id=bot_id,
        case=case,
        profile=profile,
        expires_at=expires_at,
    )
    announce("api_key.created", organization_id, by=by, at=at, ids=[row.pk], scopes=row.scopes)
    return MadeKey(row, plain, secret)


def _check(
    organization_id: UUID,
    *,
    name: str,
    kind: str,
    scopes: Sequence[str],
    user: Person | None,
    bot_id: UUID | None,
) -> None:
    if not 1 <= len(name) <= 80:
        raise Refused("VALIDATION_ERROR", _("A name has 1 to 80 characters."), field="name")
    if ApiKey.objects.filter(organization_id=organization_id, name=name).exists():
        raise Refused("ALREADY_EXISTS", _("There is a key with this name."), field="name")
    check_scopes(scopes)
    belongs = {"human": user is not None, "ai": bot_id is not None, "integration": True}
    if not belongs.get(kind, False):
        raise Refused(
            "VALIDATION_ERROR",
            _("A key of kind human belongs to a person, one of kind ai to an assistant."),
            field="kind",
        )


def check_scopes(names: Sequence[str]) -> None:
    """Refuses: VALIDATION_ERROR (scopes) for none, or for a name that means nothing."""
    if not names:
        raise Refused("VALIDATION_ERROR", _("Choose at least one scope."), field="scopes")
    if wrong := scopes.unknown(names):
        raise Refused(
            "VALIDATION_ERROR",
            _("There is no scope called %(name)s.") % {"name": wrong[0]},
            field="scopes",
        )


@transactional
def set_scopes(key_id: UUID, *, scopes: Sequence[str], by: Actor, at: datetime) -> ApiKey:
    """Replaces a key's scopes. Refuses: VALIDATION_ERROR."""
    check_scopes(scopes)
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
    if key.scopes != list(scopes):
        key.scopes = list(scopes)
        key.save(update_fields=["scopes"])
        announce(
            "api_key.changed", key.organization_id, by=by, at=at, ids=[key.pk], scopes=key.scopes
        )
    return key


@transactional
def revoke_key(key_id: UUID, *, by: Actor, at: datetime) -> None:
    """The key is refused from the next request on, for good."""
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        announce("api_key.revoked", key.organization_id, by=by, at=at, ids=[key.pk])


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Remembers the last use, to the minute: a busy key does not cost a write per request."""
    if key.last_used_at is None or (at - key.last_used_at).total_seconds() >= 60:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
