"""Calls to Meta's Graph API, one typed method each. Knows HTTP, tokens and time-outs, no rules."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import requests
from typing_extensions import override
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from whatsapp import answers, outbound
from whatsapp.answers import (
    Accepted,
    BusinessAccountFacts,
    Json,
    MediaFacts,
    PhoneNumberFacts,
    TemplatePage,
)
from whatsapp.errors import CloudApiError, NotSent, OutcomeUnknown
from whatsapp.graph_fields import (
    ACCOUNT_FIELDS,
    ALL_NUMBER_FIELDS,
    NUMBER_FIELDS,
)
from whatsapp.setup_calls import SetupCalls
from whatsapp.template_calls import UPLOAD, TemplateCalls
from whatsapp.transport import Transport

__all__ = [
    "Accepted",
    "BusinessAccountFacts",
    "CloudApi",
    "MediaFacts",
    "MediaRefused",
    "PhoneNumberFacts",
    "TemplatePage",
]

META_HOSTS = frozenset({"graph.facebook.com", "lookaside.fbsbx.com"})
META_DOMAINS = (".fbcdn.net", ".whatsapp.net")
ANSWER_BYTES = 16 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
FILE_TIMEOUT_S = 300.0
"""For a whole upload or download: 100 MB at less than 3 Mbit/s."""


class MediaRefused(Exception):
    """A file that was not fetched. reason: host, redirect, too_large or http.

    http_status: for reason http; 404 means that the address is older than five minutes.
    """

    def __init__(self, reason: str, http_status: int | None = None) -> None:
        super().__init__(f"{reason} {http_status or ''}".strip())
        self.reason = reason
        self.http_status = http_status


class CloudApi(SetupCalls, TemplateCalls):
    """Meta's API for one token. May be used from many threads.

    base_url: "https://graph.facebook.com", or where the simulator listens, with its path.
    total_timeout_s: for everything after the name is resolved, however slowly an answer drips.

    Every method raises CloudApiError (Meta refused), NotSent (nothing left) or OutcomeUnknown
    (it left, and no clear answer came). Redirects are never followed, proxies and other settings
    of the environment never used. Raises: ValueError for a token or an address that can be none.
    """

    def __init__(
        self,
        *,
        base_url: str,
        version: str,
        token: str,
        connect_timeout_s: float = 3,
        read_timeout_s: float = 20,
        total_timeout_s: float = 35,
        file_timeout_s: float = FILE_TIMEOUT_S,
        session: requests.Session | None = None,
    ) -> None:
        if not token or not (token.isascii() and token.isprintable()) or " " in token:
            raise ValueError("The token is empty or holds characters no token has.")
        self._base = base_url.rstrip("/")
        self._host = _web_address(self._base)
        self._version = version
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._timeout = (connect_timeout_s, read_timeout_s)
        self._total_s = total_timeout_s
        self._file_s = file_timeout_s
        self._transport = Transport(session)

    @override
    def __repr__(self) -> str:
        return f"<CloudApi {self._base}/{self._version}>"

    def send(self, phone_number_id: str, payload: Mapping[str, Any]) -> Accepted:
        """Send one message. There is no idempotency at Meta: see OutcomeUnknown."""
        return answers.accepted(self._post(f"{phone_number_id}/messages", payload))

    def mark_as_read(self, phone_number_id: str, wamid: str, *, typing: bool = False) -> None:
        """Mark this message and all before it as read, with `typing` show "typing" for 25 s."""
        payload = outbound.mark_as_read(wamid, typing=typing)
        self._post(f"{phone_number_id}/messages", payload)

    def media_facts(self, media_id: str, *, phone_number_id: str | None = None) -> MediaFacts:
        """Where a file can be fetched. An id unknown or too old is code 100, subcode 33."""
        owner = {"phone_number_id": phone_number_id} if phone_number_id else {}
        return answers.media_facts(self._get(media_id, owner))

    def fetch_media(self, url: str, *, max_bytes: int) -> Iterator[bytes]:
        """The bytes of a file, in pieces of at most 64 KB, as they arrive.

        The token goes to Meta's file hosts and to the configured API host, to nobody else.
        Raises: MediaRefused, NotSent, OutcomeUnknown (here also: half a file came).
        """
        if not self._may_have_the_token(url):
            raise MediaRefused("host")
        return self._chunks(url, max_bytes)

    def upload_media(
        self, phone_number_id: str, *, data: bytes | BinaryIO, mime_type: str, filename: str
    ) -> str:
        """Upload a file and return its id, good for 30 days."""
        answer = self._call(
            "POST",
            f"{phone_number_id}/media",
            total_s=self._file_s,
            data={"messaging_product": "whatsapp", "type": mime_type},
            files={"file": (filename, data, mime_type)},
        )
        media_id = answer.get("id")
        if not isinstance(media_id, str) or not media_id:
            raise OutcomeUnknown("upload without an id", 200)
        return media_id

    def phone_number(self, phone_number_id: str) -> PhoneNumberFacts:
        """Everything Meta says about a number."""
        try:
            answer = self._get(phone_number_id, {"fields": ALL_NUMBER_FIELDS})
        except CloudApiError as error:
            # Subcode 33: the number does not exist. Else this version lacks one of the fields.
            if error.code != 100 or error.subcode == 33:
                raise
            answer = self._get(phone_number_id, {"fields": NUMBER_FIELDS})
        return answers.phone_number_facts(answer)

    def phone_numbers(self, waba_id: str) -> Iterator[PhoneNumberFacts]:
        """All numbers of an account, with the fields that every version has."""
        for rows in self._pages(f"{waba_id}/phone_numbers", NUMBER_FIELDS, 100):
            yield from map(answers.phone_number_facts, rows)

    def business_account(self, waba_id: str) -> BusinessAccountFacts:
        """Name, currency and time zone of an account."""
        return answers.business_account_facts(self._get(waba_id, {"fields": ACCOUNT_FIELDS}))

    @override
    def _pages(self, path: str, fields: str, size: int) -> Iterator[list[Json]]:
        query: dict[str, str] = {"fields": fields, "limit": str(size)}
        seen: set[str] = set()
        while True:
            answer = self._get(path, query)
            yield answers.rows_of(answer)
            after = answers.next_cursor(answer)
            if after is None:
                return
            if after in seen:
                raise OutcomeUnknown("the list goes in circles", 200)
            seen.add(after)
            # The cursor, never the address in `next`: it may lead to another host, with our token.
            query = {**query, "after": after}

    @override
    def _get(self, path: str, query: Mapping[str, str]) -> Json:
        return self._call("GET", path, params=query)

    @override
    def _post(self, path: str, payload: Mapping[str, Any]) -> Json:
        return self._call("POST", path, data=_encoded(payload), headers=JSON_BODY)

    @override
    def _delete(self, path: str) -> Json:
        return self._call("DELETE", path)

    @override
    def _call(
        self,
        method: str,
        path: str,
        *,
        total_s: float | None = None,
        headers: Mapping[str, str] | None = None,
        **how: Any,
    ) -> Json:
        url = f"{self._base}/{self._version}/{_checked(path)}"
        sent = {**self._authorization, **(headers or {})}
        total_s = total_s or self._total_s
        with self._transport.exchange(
            method, url, total_s=total_s, headers=sent, timeout=self._timeout, **how
        ) as exchange:
            response = exchange.response
            body = b"".join(_capped(exchange.chunks(CHUNK_BYTES, decode=True)))
            return answers.read_answer(response.status_code, response.headers, body)

    def _chunks(self, url: str, max_bytes: int) -> Iterator[bytes]:
        # Compressed answers are refused beforehand: a small one can unpack to gigabytes.
        headers = {**self._authorization, "Accept-Encoding": "identity"}
        with self._transport.exchange(
            "GET", url, total_s=self._file_s, headers=headers, timeout=self._timeout
        ) as exchange:
            _check_file(exchange.response, max_bytes)
            seen = 0
            for chunk in exchange.chunks(CHUNK_BYTES, decode=False):
                seen += len(chunk)
                if seen > max_bytes:
                    raise MediaRefused("too_large")
                yield chunk

    def _may_have_the_token(self, url: str) -> bool:
        parsed = _plain(url)
        if parsed is None:
            return False
        if parsed[:4] == self._host[:4]:  # scheme, no user, host, port
            return True
        host = parsed.host or ""
        is_meta = host in META_HOSTS or host.endswith(META_DOMAINS)
        return is_meta and parsed.scheme == "https" and parsed.port in (None, 443)


def _web_address(base_url: str) -> Url:
    address = _plain(base_url)
    if address is None or address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"{base_url!r} is no web address.")
    return address


JSON_BODY = {"Content-Type": "application/json"}


def _encoded(payload: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(payload, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError as error:
        raise ValueError("The payload is nested too deeply.") from error


def _checked(path: str) -> str:
    # Ids come from rows and forms: none of them may lead to another endpoint.
    if UPLOAD.fullmatch(path):
        return path
    if not all(part.isascii() and part.replace("_", "").isalnum() for part in path.split("/")):
        raise NotSent("an id holds characters no id has")
    return path


def _capped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > ANSWER_BYTES:
            raise OutcomeUnknown("the answer is too large")
        yield chunk


def _check_file(response: requests.Response, max_bytes: int) -> None:
    if 300 <= response.status_code < 400:
        raise MediaRefused("redirect", response.status_code)
    if response.status_code != 200:
        raise MediaRefused("http", response.status_code)
    size = response.headers.get("Content-Length", "")
    if size.isdigit() and int(size[:18]) > max_bytes:
        raise MediaRefused("too_large")


def _plain(url: str) -> Url | None:
    # Characters on which parsers of addresses disagree have no place in one that gets a token.
    if not (url.isascii() and url.isprintable()) or any(c in url for c in '\\ "<>^`{|}'):
        return None
    try:
        parsed = parse_url(url)
    except LocationParseError:
        return None
    return parsed if parsed.auth is None and "@" not in (parsed.netloc or "") else None
