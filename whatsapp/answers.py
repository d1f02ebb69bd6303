"""What Meta answers: frozen dataclasses, and how its JSON becomes them or an error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whatsapp.errors import CloudApiError, OutcomeUnknown
from whatsapp.ids import Bsuid, PhoneNumberId, WabaId, WaId, Wamid

Json = dict[str, Any]

NO_CODE = -1
"""Stands for the missing code of a refusal that carries no error object."""

NOT_A_REFUSAL = frozenset({408, 499})
"""4xx that a gateway writes when it gave up waiting: the request may have gone through."""

LONGEST_WAIT_S = 6 * 3600
"""No header of a gateway may put a message off for longer."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta took the message. That is not delivery.

    wa_id: the number as Meta writes it, which may differ from the one sent to.
    message_status: accepted, held_for_quality_assessment or paused; often absent.
    """

    wamid: Wamid
    wa_id: WaId | None = None
    bsuid: Bsuid | None = None
    message_status: str | None = None


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A file at Meta. url: lives five minutes. file_size: bytes. sha256: base64 or hex."""

    id: str
    url: str
    mime_type: str
    sha256: str | None
    file_size: int | None


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One page of templates, each as Graph returns it."""

    rows: list[Json]


@dataclass(frozen=True, slots=True)
class PhoneNumberFacts:
    """A business number as Meta sees it. None: not returned by this version or not permitted."""

    id: PhoneNumberId
    display_phone_number: str | None
    verified_name: str | None
    status: str | None
    quality_rating: str | None
    code_verification_status: str | None
    name_status: str | None
    new_name_status: str | None
    platform_type: str | None
    throughput: str | None
    is_on_biz_app: bool | None
    is_official_business_account: bool | None
    account_mode: str | None
    messaging_limit: str | None
    webhook_configuration: Json | None
    health_status: Json | None
    search_visibility: str | None
    certificate: str | None
    username: str | None

    @property
    def can_send_message(self) -> str | None:
        """AVAILABLE, LIMITED or BLOCKED: Meta's summary over number, account and portfolio."""
        return _string((self.health_status or {}).get("can_send_message"))


@dataclass(frozen=True, slots=True)
class BusinessAccountFacts:
    """A WhatsApp Business Account. timezone_id: Meta's own number for a zone, as text."""

    id: WabaId
    name: str | None
    currency: str | None
    timezone_id: str | None


def read_answer(status: int, headers: Mapping[str, str], body: bytes) -> Json:
    """The JSON object of a success.

    Raises: CloudApiError for a Graph error object, whatever the HTTP status, and for any other
    4xx; OutcomeUnknown for everything else that is not a JSON object with status 2xx.
    """
    answer = _object(body)
    error = answer.get("error") if answer else None
    if isinstance(error, dict) and _whole(error.get("code")) is not None:
        raise _refusal(status, headers, error)
    if 400 <= status < 500 and status not in NOT_A_REFUSAL:
        raise _bare_refusal(status, headers)
    if not 200 <= status < 300:
        raise OutcomeUnknown(f"HTTP {status} without an error object", status)
    if answer is None:
        raise OutcomeUnknown("the answer is no JSON object", status)
    return answer


def accepted(answer: Json) -> Accepted:
    """Raises: OutcomeUnknown unless there is exactly one wamid."""
    messages = answer.get("messages")
    only = messages[0] if isinstance(messages, list) and len(messages) == 1 else None
    wamid = only.get("id") if isinstance(only, dict) else None
    if not isinstance(only, dict) or not isinstance(wamid, str) or not wamid:
        raise OutcomeUnknown("success without exactly one wamid", 200)
    contact = _first(answer.get("contacts"))
    wa_id, bsuid = _string(contact.get("wa_id")), _string(contact.get("user_id"))
    return Accepted(
        wamid=Wamid(wamid),
        wa_id=WaId(wa_id) if wa_id else None,
        bsuid=Bsuid(bsuid) if bsuid else None,
        message_status=_string(only.get("message_status")),
    )


def media_facts(answer: Json) -> MediaFacts:
    """Raises: OutcomeUnknown without an address."""
    url = _string(answer.get("url"))
    if not url:
        raise OutcomeUnknown("media without an address", 200)
    return MediaFacts(
        id=_string(answer.get("id")) or "",
        url=url,
        mime_type=_string(answer.get("mime_type")) or "application/octet-stream",
        sha256=_string(answer.get("sha256")),
        file_size=_whole(answer.get("file_size")),
    )


def phone_number_facts(row: Json) -> PhoneNumberFacts:
    """From a row of GET /{phone number id} or of the list of an account."""
    throughput = row.get("throughput")
    level = throughput.get("level") if isinstance(throughput, dict) else throughput
    return PhoneNumberFacts(
        id=PhoneNumberId(_string(row.get("id")) or ""),
        display_phone_number=_string(row.get("display_phone_number")),
        verified_name=_string(row.get("verified_name")),
        status=_string(row.get("status")),
        quality_rating=_string(row.get("quality_rating")),
        code_verification_status=_string(row.get("code_verification_status")),
        name_status=_string(row.get("name_status")),
        new_name_status=_string(row.get("new_name_status")),
        platform_type=_string(row.get("platform_type")),
        throughput=_string(level),
        is_on_biz_app=_flag(row.get("is_on_biz_app")),
        is_official_business_account=_flag(row.get("is_official_business_account")),
        account_mode=_string(row.get("account_mode")),
        messaging_limit=_string(row.get("whatsapp_business_manager_messaging_limit")),
        webhook_configuration=_dict(row.get("webhook_configuration")),
        health_status=_dict(row.get("health_status")),
        search_visibility=_string(row.get("search_visibility")),
        certificate=_string(row.get("certificate")),
        username=_string(row.get("username")),
    )


def business_account_facts(row: Json) -> BusinessAccountFacts:
    """From GET /{WABA}."""
    return BusinessAccountFacts(
        id=WabaId(_string(row.get("id")) or ""),
        name=_string(row.get("name")),
        currency=_string(row.get("currency")),
        timezone_id=_string(row.get("timezone_id")),
    )


def rows_of(answer: Json) -> list[Json]:
    """The objects under `data`. Raises: OutcomeUnknown when there is no list."""
    data = answer.get("data")
    if not isinstance(data, list):
        raise OutcomeUnknown("a list without data", 200)
    return [row for row in data if isinstance(row, dict)]


def next_cursor(answer: Json) -> str | None:
    """Where the next page starts, None after the last.

    Raises: OutcomeUnknown when there is a next page and no way to it: a list that only looks
    whole would make the caller forget the rest.
    """
    paging = answer.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not after:
        raise OutcomeUnknown("a next page without a cursor", 200)
    return after


def _refusal(status: int, headers: Mapping[str, str], error: Json) -> CloudApiError:
    data = _dict(error.get("error_data")) or {}
    message = _string(error.get("message")) or ""
    return CloudApiError(
        _whole(error["code"]) or 0,
        subcode=_whole(error.get("error_subcode")),
        title=message,
        details=_string(data.get("details")) or _string(error.get("error_user_msg")) or message,
        fbtrace_id=_string(error.get("fbtrace_id")),
        http_status=status,
        user_title=_string(error.get("error_user_title")),
        user_message=_string(error.get("error_user_msg")),
        retry_after_s=_retry_after(headers),
    )


def _bare_refusal(status: int, headers: Mapping[str, str]) -> CloudApiError:
    title = f"HTTP {status} without an error object"
    return CloudApiError(
        NO_CODE, title=title, http_status=status, retry_after_s=_retry_after(headers)
    )


def _retry_after(headers: Mapping[str, str]) -> int | None:
    waits = [_whole(headers.get("Retry-After")), _usage_wait(headers)]
    known = [wait for wait in waits if wait is not None and wait > 0]
    return min(max(known), LONGEST_WAIT_S) if known else None


def _usage_wait(headers: Mapping[str, str]) -> int | None:
    usage = _object(headers.get("X-Business-Use-Case-Usage", "").encode()) or {}
    minutes = [
        _whole(row.get("estimated_time_to_regain_access")) or 0
        for rows in usage.values()
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    return 60 * max(minutes) if minutes else None


def _object(body: bytes) -> Json | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _first(value: object) -> Json:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _string(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _dict(value: object) -> Json | None:
    return value if isinstance(value, dict) else None
