"""API keys: made, changed, revoked. What is shown once is returned once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts import keys, scopes
from accounts.actors import Actor
from accounts.events import announce, transactional
from accounts.keys import MadeKey
from accounts.models import ApiKey, AuditEvent, BusinessAccount, Person, PhoneNumber
from accounts.origin import origin
from accounts.refusals import Refused

KINDS: Final = ("integration", "human", "ai")
BINDINGS: Final = frozenset({"account_ids", "phone_number_ids"})
CHANGEABLE: Final = BINDINGS | {
    *("name", "scopes", "rate_per_minute", "rate_per_hour", "case", "expires_at"),
}
DAY_S: Final = int(timedelta(days=1).total_seconds())


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
    rate_per_minute: int = 600,
    rate_per_hour: int = 20_000,
    case: str = "snake",
    profile: str = "",
) -> MadeKey:
    """A new key with its plain text, which is nowhere else.

    kind `human` needs a user, kind `ai` a bot. test: reaches sandbox numbers only.
    Refuses: VALIDATION_ERROR (scopes, kind, name, bindings); ALREADY_EXISTS for a name in use.
    """
    _check_name(organization_id, name)
    check_scopes(scopes)
    _check_kind(kind, user=user, bot_id=bot_id)
    _check_bindings(organization_id, account_ids, phone_number_ids)
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
        rate_per_minute=rate_per_minute,
        rate_per_hour=rate_per_hour,
        expires_at=expires_at,
        created_by_id=by.person_id,
    )
    announce(
        "api_key.created",
        organization_id,
        by=by,
        at=at,
        ids=[row.pk],
        scopes=row.scopes,
        key_kind=kind,
    )
    return MadeKey(row, plain, secret)


def _check_name(organization_id: UUID, name: str) -> None:
    if not 1 <= len(name) <= 80:
        raise Refused("VALIDATION_ERROR", _("A name has 1 to 80 characters."), field="name")
    if ApiKey.objects.filter(organization_id=organization_id, name=name).exists():
        raise Refused("ALREADY_EXISTS", _("There is a key with this name."), field="name")


def _check_kind(kind: str, *, user: Person | None, bot_id: UUID | None) -> None:
    belongs = {"human": user is not None, "ai": bot_id is not None, "integration": True}
    if not belongs.get(kind, False):
        raise Refused(
            "VALIDATION_ERROR",
            _("A key of kind human belongs to a person, one of kind ai to an assistant."),
            field="kind",
        )


def _check_bindings(
    organization_id: UUID, account_ids: Sequence[UUID], phone_number_ids: Sequence[UUID]
) -> None:
    accounts = BusinessAccount.objects.filter(organization_id=organization_id, pk__in=account_ids)
    numbers = PhoneNumber.objects.filter(organization_id=organization_id, pk__in=phone_number_ids)
    if account_ids and accounts.count() != len(set(account_ids)):
        raise Refused("VALIDATION_ERROR", _("There is no such account."), field="account_ids")
    if phone_number_ids and numbers.count() != len(set(phone_number_ids)):
        raise Refused("VALIDATION_ERROR", _("There is no such number."), field="phone_number_ids")


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
    return change_key(key_id, by=by, at=at, scopes=list(scopes))


@transactional
def change_key(key_id: UUID, *, by: Actor, at: datetime, **facts: Any) -> ApiKey:
    """Gives a key what is named here: any of `CHANGEABLE`, with the values of `create_key`.

    Refuses: VALIDATION_ERROR, ALREADY_EXISTS as `create_key`; STATE_CONFLICT for a revoked key.
    """
    if foreign := facts.keys() - CHANGEABLE:
        raise TypeError(f"a key is not given {sorted(foreign)}")
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
    for name in BINDINGS & facts.keys():
        facts[name] = [str(one) for one in facts[name]]
    changed = sorted(name for name, value in facts.items() if getattr(key, name) != value)
    if not changed:
        return key
    if key.revoked_at is not None:
        raise Refused("STATE_CONFLICT", _("This key is revoked: nothing gives it back."))
    _check_changes(key, {name: facts[name] for name in changed})
    for name in changed:
        setattr(key, name, facts[name])
    key.save(update_fields=changed)
    announce(
        "api_key.changed",
        key.organization_id,
        by=by,
        at=at,
        ids=[key.pk],
        scopes=key.scopes,
        changed=changed,
    )
    return key


def _check_changes(key: ApiKey, facts: dict[str, Any]) -> None:
    if "name" in facts:
        _check_name(key.organization_id, facts["name"])
    if "scopes" in facts:
        check_scopes(facts["scopes"])
    _check_bindings(
        key.organization_id,
        [UUID(one) for one in facts.get("account_ids", ())],
        [UUID(one) for one in facts.get("phone_number_ids", ())],
    )


@transactional
def revoke_key(key_id: UUID, *, by: Actor, at: datetime) -> None:
    """The key is refused from the next request on, for good."""
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        announce("api_key.revoked", key.organization_id, by=by, at=at, ids=[key.pk])


def note_use(key: ApiKey, *, at: datetime) -> None:
    """Remembers the last use, to the minute: a busy key does not cost a write per request.

    The audit log has the first use of a key each day (of UTC), and of each address that day.
    """
    address = origin().address
    if cache.add(f"key-used:{key.pk}:{at.date()}:{address}", 1, timeout=DAY_S):
        _record_use(key, address, at=at)
    if key.last_used_at is None or (at - key.last_used_at).total_seconds() >= 60:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)


@transactional
def _record_use(key: ApiKey, address: str, *, at: datetime) -> None:
    # The cache is of one process, and forgets: the log itself knows.
    today = AuditEvent.objects.filter(
        organization_id=key.organization_id,
        kind="api_key.used",
        actor_id=key.pk,
        address=address,
        at__gte=at.replace(hour=0, minute=0, second=0, microsecond=0),
    )
    if not today.exists():
        by = Actor("api", key.pk, key.name)
        announce("api_key.used", key.organization_id, by=by, at=at, ids=[key.pk])
