"""Who calls, from where, and how they want to be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from django.conf import settings
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.models import ApiKey
from accounts.origin import caller_address
from accounts.refusals import Refused

if TYPE_CHECKING:
    from accounts.api.limits import Allowance

PREFIX: Final = "/api/v1/whatsapp"


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request, what it may do, and who acts with it."""

    key: ApiKey
    scopes: frozenset[str]
    actor: Actor

    def check(self, *scopes: str) -> None:
        """Refuses: INSUFFICIENT_SCOPE (data: missing_scopes)."""
        missing = [scope for scope in scopes if scope not in self.scopes]
        if missing:
            raise Refused(
                "INSUFFICIENT_SCOPE",
                f"This key lacks the scope {', '.join(missing)}.",
                missing_scopes=missing,
            )


class ApiRequest(HttpRequest):
    """A request under the API prefix. auth: set once the key is known."""

    request_id: str
    auth: Caller
    caller_key: ApiKey | None
    allowance: Allowance | None


def caller_of(request: HttpRequest) -> Caller:
    """The caller of a request that has passed the door."""
    return cast(ApiRequest, request).auth


def request_id_of(request: HttpRequest) -> str:
    """The id that `X-Request-Id` carries."""
    return str(getattr(request, "request_id", ""))


def is_api(path: str) -> bool:
    """Whether a path belongs to the API."""
    return path.startswith(f"{PREFIX}/") or path == PREFIX


def wants_camel(request: HttpRequest) -> bool:
    """By `?case=`, else by the key's setting."""
    asked = request.GET.get("case")
    if asked in ("camel", "snake"):
        return asked == "camel"
    key = getattr(request, "caller_key", None)
    return key is not None and key.case == "camel"


def address_of(request: HttpRequest) -> str:
    """Who calls, as `accounts.origin.caller_address` finds out."""
    return caller_address(
        str(request.META.get("REMOTE_ADDR", "")),
        request.headers.get("X-Forwarded-For", ""),
        proxies=settings.TRUSTED_PROXIES,
    )
