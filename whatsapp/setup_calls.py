"""The calls that connect a number and look at a connection: tokens, registration, subscriptions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from whatsapp.answers import Json, read_answer, rows_of
from whatsapp.errors import OutcomeUnknown
from whatsapp.transport import Transport

MANAGEMENT: Final = "whatsapp_business_management"
MESSAGING: Final = "whatsapp_business_messaging"
PROFILE_FIELDS: Final = "about,address,description,email,profile_picture_url,websites,vertical"
SYNC_TYPES: Final = frozenset({"smb_app_state_sync", "history"})

_ANSWER_BYTES: Final = 64 * 1024
_EXCHANGE_TIMEOUT: Final = (3, 10)  # seconds: to connect, to read
_EXCHANGE_TOTAL_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What Meta knows of an access token.

    expires_at: None for one that does not expire. scopes: its permissions. account_ids: the WABAs
    it was given; empty where Meta names none, which means that it is not limited to any.
    """

    app_id: str
    is_valid: bool
    expires_at: datetime | None
    scopes: frozenset[str]
    account_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BusinessProfile:
    """What customers read about a number. "" and (): not set. websites: at most two."""

    about: str = ""
    address: str = ""
    description: str = ""
    email: str = ""
    profile_picture_url: str = ""
    websites: tuple[str, ...] = ()
    vertical: str = ""


class SetupCalls(ABC):
    """The part of `CloudApi` for settings; raises what its other calls raise."""

    def token_facts(self, input_token: str) -> TokenFacts:
        """What `input_token` is and may do. The caller's own token may be asked about, too.

        Source: https://developers.facebook.com/docs/graph-api/reference/debug_token.
        """
        return token_facts(self._get("debug_token", {"input_token": input_token}))

    def register(self, phone_number_id: str, pin: str) -> None:
        """Register a number for the Cloud API. pin: six digits; sets it where there is none.

        133005: the PIN is wrong. 133016: more than ten registrations in 72 hours.
        """
        body = {"messaging_product": "whatsapp", "pin": pin}
        _done(self._post(f"{phone_number_id}/register", body))

    def deregister(self, phone_number_id: str) -> None:
        """Take a number off the Cloud API; counts as a registration does."""
        _done(self._post(f"{phone_number_id}/deregister", {}))

    def set_pin(self, phone_number_id: str, pin: str) -> None:
        """Set the six digits of two-step verification."""
        _done(self._post(phone_number_id, {"pin": pin}))

    def subscribe_app(
        self, waba_id: str, *, callback_url: str = "", verify_token: str = ""
    ) -> None:
        """Have the account's webhooks delivered to the app of this token.

        callback_url: where this account's messages go instead of the app's own address, at most
        200 characters; Meta sends its challenge there at once, with `verify_token`. Without it an
        earlier such address is removed, and the app stays subscribed.
        """
        _done(self._post(f"{waba_id}/subscribed_apps", _override(callback_url, verify_token)))

    def unsubscribe_app(self, waba_id: str) -> None:
        """No more webhooks of this account to the app of this token."""
        _done(self._delete(f"{waba_id}/subscribed_apps"))

    def subscribed_apps(self, waba_id: str) -> list[Json]:
        """The apps that get the account's webhooks, each as Graph returns it."""
        return rows_of(self._get(f"{waba_id}/subscribed_apps", {}))

    def set_number_callback(
        self, phone_number_id: str, *, callback_url: str = "", verify_token: str = ""
    ) -> None:
        """Where this number's messages go, before the account's and the app's address; "" clears.

        Meta sends its challenge there at once.
        """
        wanted = {"override_callback_uri": callback_url}
        if callback_url:
            wanted["verify_token"] = verify_token
        _done(self._post(phone_number_id, {"webhook_configuration": wanted}))

    def business_profile(self, phone_number_id: str) -> BusinessProfile:
        """What customers read about a number."""
        path = f"{phone_number_id}/whatsapp_business_profile"
        return business_profile(self._get(path, {"fields": PROFILE_FIELDS}))

    def change_business_profile(self, phone_number_id: str, changes: Mapping[str, Any]) -> None:
        """Change what customers read; keys of `BusinessProfile`, or `profile_picture_handle`.

        A key that is left out stays. The picture is set by the handle of an upload.
        """
        body = {"messaging_product": "whatsapp", **changes}
        _done(self._post(f"{phone_number_id}/whatsapp_business_profile", body))

    def start_sync(self, phone_number_id: str, sync_type: str) -> str:
        """Ask for what the phone app has; sync_type: one of `SYNC_TYPES`. The request's id.

        Once each, within 24 hours after a number of the phone app was connected: 2593107, 2593108.
        """
        if sync_type not in SYNC_TYPES:
            raise ValueError(f"{sync_type!r} is nothing to synchronize.")
        body = {"messaging_product": "whatsapp", "sync_type": sync_type}
        return str(self._post(f"{phone_number_id}/smb_app_data", body).get("request_id") or "")

    @abstractmethod
    def _get(self, path: str, query: Mapping[str, str]) -> Json: ...

    @abstractmethod
    def _post(self, path: str, payload: Mapping[str, Any]) -> Json: ...

    @abstractmethod
    def _delete(self, path: str) -> Json: ...


def exchange_code(*, base_url: str, version: str, app_id: str, app_secret: str, code: str) -> str:
    """The access token for the code of an Embedded Signup; the code lives 30 s and works once.

    Raises: CloudApiError (100 for a code too old or used), NotSent, OutcomeUnknown.
    """
    query = {"client_id": app_id, "client_secret": app_secret, "code": code}
    url = f"{base_url.rstrip('/')}/{version}/oauth/access_token"
    with Transport().exchange(
        "GET", url, total_s=_EXCHANGE_TOTAL_S, timeout=_EXCHANGE_TIMEOUT, params=query
    ) as exchange:
        body = b""
        for chunk in exchange.chunks(_ANSWER_BYTES, decode=True):
            body += chunk
            if len(body) > _ANSWER_BYTES:
                raise OutcomeUnknown("the answer is too large")
        answer = read_answer(exchange.response.status_code, exchange.response.headers, body)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise OutcomeUnknown("an exchange without a token", 200)
    return token


def token_facts(answer: Json) -> TokenFacts:
    """From GET /debug_token. Raises: OutcomeUnknown when there is nothing in it."""
    data = answer.get("data")
    if not isinstance(data, dict):
        raise OutcomeUnknown("facts of a token without data", 200)
    return TokenFacts(
        app_id=str(data.get("app_id") or ""),
        is_valid=data.get("is_valid") is True,
        expires_at=_moment(data.get("expires_at")),
        scopes=frozenset(_texts(data.get("scopes"))),
        account_ids=_accounts(data.get("granular_scopes")),
    )


def business_profile(answer: Json) -> BusinessProfile:
    """From the answer: flat, in `data[0]`, or in `data[0].business_profile`.

    Meta's OpenAPI file (v23.0) wraps it, its reference does not.
    """
    row = _first(answer.get("data")) or answer
    row = wrapped if isinstance(wrapped := row.get("business_profile"), dict) else row
    texts = {
        name: str(row.get(name) or "") for name in PROFILE_FIELDS.split(",") if name != "websites"
    }
    return BusinessProfile(**texts, websites=tuple(_texts(row.get("websites"))))


def _override(callback_url: str, verify_token: str) -> dict[str, str]:
    if not callback_url:
        return {}
    return {"override_callback_uri": callback_url, "verify_token": verify_token}


def _done(answer: Json) -> None:
    # Meta has no error without an error object; what says neither yes nor no is not settled.
    if answer.get("success") is False:
        raise OutcomeUnknown("success is false", 200)


def _accounts(granular: object) -> tuple[str, ...]:
    rows = [row for row in _list(granular) if isinstance(row, dict)]
    targets = [_texts(row.get("target_ids")) for row in rows if row.get("scope") == MANAGEMENT]
    return tuple(dict.fromkeys(target for names in targets for target in names))


def _moment(seconds: object) -> datetime | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _first(value: object) -> Json | None:
    rows = [row for row in _list(value) if isinstance(row, dict)]
    return rows[0] if rows else None


def _texts(value: object) -> list[str]:
    return [str(item) for item in _list(value) if isinstance(item, str | int)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
