"""The four forms of a key, what is refused, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions.keys import revoke_key
from accounts.actors import SYSTEM
from accounts.models import ApiKey, AuditEvent
from tests.cast import PHONE_NUMBER_ID, T0, a_conversation, a_person
from tests.web.api.conftest import Caller, a_key, basic

ERROR = {
    "code",
    "status",
    "message",
    "retryable",
    "fields",
    "meta_error",
    "meta",
    "request_id",
    "doc",
}


def test_a_key_opens_in_four_forms(cast, made):
    with_secret = a_key(cast.organization, "two headers", with_secret=True)
    secret = {"X-API-Secret": with_secret.secret}
    for headers in (
        {"X-API-Key": made.key},
        {"Authorization": f"Bearer {made.key}"},
        basic(made.key),
        basic(str(made.row.pk), made.key),
        {"X-API-Key": with_secret.key} | secret,
        {"Authorization": f"Bearer {with_secret.key}"} | secret,
        basic(with_secret.key, with_secret.secret),
        basic(str(with_secret.row.pk), with_secret.secret),
    ):
        assert Caller(headers=headers).get("/ping").status_code == 200, headers


@pytest.mark.parametrize(
    ("headers", "code", "sentence"),
    [
        ({}, "API_KEY_REQUIRED", "API key required (X-API-Key, Authorization: Bearer, or Basic)"),
        ({"X-API-Key": "wak_live_" + "a" * 40}, "INVALID_CREDENTIALS", "Invalid API key or secret"),
        ({"Authorization": "Bearer a.b.c"}, "INVALID_CREDENTIALS", "Invalid API key or secret"),
        ({"Authorization": "Basic !!"}, "INVALID_CREDENTIALS", "Invalid API key or secret"),
        ({"Authorization": "Digest x"}, "INVALID_CREDENTIALS", "Invalid API key or secret"),
    ],
)
def test_what_is_no_key_is_told_so(db, headers, code, sentence):
    answer = Caller(headers=headers).get("/ping")
    error = answer.json()["error"]
    assert answer.status_code == 401
    assert (error["code"], error["message"]) == (code, sentence)
    assert set(error) == ERROR
    assert answer["WWW-Authenticate"] == 'Bearer realm="baton"'
    assert answer["X-Request-Id"] == error["request_id"]


def test_a_key_with_a_secret_needs_it(cast):
    made = a_key(cast.organization, with_secret=True)
    missing = Caller(made.key).get("/ping").json()["error"]
    assert missing["code"] == "API_SECRET_REQUIRED"
    assert missing["message"] == "API secret required (X-API-Secret header)"
    wrong = Caller(made.key).get("/ping", X_API_Secret="was_" + "b" * 40).json()["error"]
    assert wrong["code"] == "INVALID_CREDENTIALS"


@pytest.mark.case("S88")
def test_revoked_and_expired_keys_and_those_of_people_who_left_are_unknown(cast):
    person = a_person(cast.organization, "Gone")
    keys = [
        a_key(cast.organization, "revoked"),
        a_key(cast.organization, "expired", expires_at=timezone.now()),
        a_key(cast.organization, "gone", kind="human", user=person),
    ]
    revoke_key(keys[0].row.pk, by=SYSTEM, at=timezone.now())
    person.is_active = False
    person.save()
    codes = {Caller(made.key).get("/ping").json()["error"]["code"] for made in keys}
    assert codes == {"INVALID_CREDENTIALS"}


def test_two_different_credentials_are_one_too_many(cast, shop):
    other = a_key(cast.organization, "other")
    answer = shop.get("/ping", X_API_Key=other.key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST")
    assert shop.get("/ping", X_API_Key=shop.key).status_code == 200


def test_a_login_or_a_key_in_the_address_opens_nothing(cast, made):
    browser = Caller()
    browser.client.force_login(cast.ada)
    assert browser.get("/ping").status_code == 401
    assert browser.get(f"/ping?api_key={made.key}").status_code in (400, 401)


@pytest.fixture
def minute_begins() -> Iterator[None]:
    """The limits count by the minute of the clock: one that ends in the test would start anew."""
    with time_machine.travel(T0.replace(second=0, microsecond=0), tick=False):
        yield


@pytest.mark.usefixtures("minute_begins")
def test_after_twenty_failures_an_address_has_to_wait(cast, shop):
    wrong = Caller("wak_live_" + "z" * 40)
    codes = [wrong.get("/ping").status_code for _ in range(21)]
    assert codes == [401] * 20 + [429]
    assert int(wrong.get("/ping")["Retry-After"]) >= 1
    assert shop.get("/ping").status_code == 200


def test_ping_says_who_the_key_is(cast, made, shop):
    data = shop.get("/ping").json()["data"]
    assert data["pong"] is True
    assert (data["organization_id"], data["organization_name"]) == (
        str(cast.organization.pk),
        "Kettle & Co",
    )
    key = data["api_key"]
    assert (key["id"], key["name"], key["prefix"]) == (str(made.row.pk), "shop", made.key[:12])
    assert (key["scopes"], key["services"], key["kind"]) == (["*"], ["cloud"], "integration")
    assert data["time"].endswith("Z")
    assert ApiKey.objects.get(pk=made.row.pk).last_used_at is not None


def test_camel_case_comes_out_when_asked(shop):
    data = shop.get("/ping?case=camel").json()["data"]
    assert {"organizationId", "apiKey"} <= set(data)
    assert "ratePerMinute" in data["apiKey"]


def test_a_missing_scope_is_named(cast):
    made = a_key(cast.organization, scopes=["messages:send"])
    answer = Caller(made.key).get("/accounts")
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert (error["code"], error["meta"]) == (
        "INSUFFICIENT_SCOPE",
        {"missing_scopes": ["numbers:read"]},
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nothing-here", 404, "NOT_FOUND"),
        ("delete", "/ping", 405, "METHOD_NOT_ALLOWED"),
        ("get", "/ping", 401, "API_KEY_REQUIRED"),
    ],
)
def test_every_answer_has_the_headers_and_every_failure_the_error_object(
    client, db, method, path, status, code
):
    answer = getattr(client, method)("/api/v1/whatsapp" + path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert set(answer.json()["error"]) == ERROR
    _has_headers(answer)


def _has_headers(answer):
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert len(answer["X-Request-Id"]) == 36


@pytest.mark.usefixtures("minute_begins")
def test_the_allowance_is_told_and_ends(cast):
    made = a_key(cast.organization)
    ApiKey.objects.update(rate_per_minute=2)
    caller = Caller(made.key)
    first = caller.get("/ping")
    _has_headers(first)
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("2", "1")
    assert first["RateLimit-Policy"] == "2;w=60, 20000;w=3600"
    caller.get("/ping")
    third = caller.get("/ping")
    assert (third.status_code, third.json()["error"]["code"]) == (429, "RATE_LIMITED")
    assert third.json()["error"]["retryable"] is True
    assert 1 <= int(third["Retry-After"]) <= 60


def test_paths_have_several_spellings(cast, shop):
    for path in ("/phone-numbers", "/phone-numbers/", "/phone_numbers", "/phone_numbers/"):
        assert shop.get(path).status_code == 200, path


def test_an_unknown_query_parameter_is_refused_with_the_nearest_name(cast, shop):
    answer = shop.get("/phone-numbers?statsu=active")
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"][0]["field"] == "statsu"
    assert "status" in answer.json()["error"]["fields"][0]["description"]
    assert shop.get("/phone-numbers?limit=101").status_code == 400
    assert shop.get("/phone-numbers?cursor=damaged").json()["error"]["code"] == "INVALID_CURSOR"


def test_numbers_and_accounts_are_read_with_every_field(cast, shop):
    number = shop.get("/phone-numbers").json()["data"][0]
    assert number["meta_phone_number_id"] == PHONE_NUMBER_ID
    assert set(number) == {
        *("id", "account_id", "waba_id", "provider", "sandbox", "meta_phone_number_id"),
        *("display_phone_number", "phone", "verified_name", "label", "status", "status_message"),
        *("status_reason", "quality_rating", "messaging_limit", "throughput", "coexistence", "bot"),
        *("auto_reply", "start_mode", "default_team_id", "read_receipts", "closing_soon_minutes"),
        *("country_code", "stats", "messages_sent", "messages_received", "last_message_at"),
        "created_at",
    }
    for name in (number["id"], PHONE_NUMBER_ID, "+15550783881", "15550783881"):
        assert shop.get(f"/phone-numbers/{name}").json()["data"]["id"] == number["id"]
    account = shop.get("/accounts").json()["data"][0]
    assert account["phone_numbers"][0]["id"] == number["id"]
    assert shop.get(f"/accounts/{account['waba_id']}").json()["data"] == account
    flat = shop.get("/accounts?flat=1").json()["data"][0]
    assert (flat["id"], flat["phone_number_id"]) == (number["id"], PHONE_NUMBER_ID)


def test_what_belongs_to_others_does_not_exist(cast):
    theirs = Caller(a_key(cast.eve.organization).key)
    assert theirs.get("/phone-numbers").json()["data"] == []
    for path in (f"/phone-numbers/{cast.number.pk}", f"/accounts/{cast.account.pk}"):
        assert theirs.get(path).status_code == 404


def test_a_live_key_bound_to_one_number_and_a_test_key_see_only_theirs(cast):
    bound = Caller(a_key(cast.organization, "bound", phone_number_ids=[cast.number.pk]).key)
    assert len(bound.get("/phone-numbers").json()["data"]) == 1
    cast.number.sandbox = False
    cast.number.save()
    testing = Caller(a_key(cast.organization, "testing", test=True).key)
    assert testing.get("/phone-numbers").json()["data"] == []


def test_the_description_needs_no_key(client, db):
    answer = client.get("/api/v1/whatsapp/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    _has_headers(answer)


@pytest.mark.case("S119")
def test_the_use_of_a_key_is_recorded_once_a_day_and_for_each_new_address(made):
    moments = [T0, T0 + timedelta(hours=1), T0 + timedelta(days=1)]
    for at in moments:
        with time_machine.travel(at, tick=False):
            Caller(made.key).get("/ping", User_Agent="curl/8")
            cache.clear()  # another process, or the same one after a restart
    with time_machine.travel(moments[-1], tick=False):
        Caller(made.key, client=Client(REMOTE_ADDR="198.51.100.7")).get("/ping")
    rows = AuditEvent.objects.filter(kind="api_key.used").order_by("number")
    assert [(row.at, row.address, row.agent, row.ids) for row in rows] == [
        (T0, "127.0.0.1", "curl", [str(made.row.pk)]),
        (moments[-1], "127.0.0.1", "curl", [str(made.row.pk)]),
        (moments[-1], "198.51.100.7", "", [str(made.row.pk)]),
    ]


@pytest.mark.case("S119")
def test_what_a_person_does_with_a_key_says_so(cast):
    made = a_key(cast.organization, kind="human", user=cast.ada)
    thread = a_conversation(cast.number)
    assert Caller(made.key).post(f"/conversations/{thread.pk}/takeover", {}).status_code == 200
    row = AuditEvent.objects.get(kind="conversation.owner_changed")
    assert (row.actor_id, row.key_id, row.conversation) == (cast.ada.pk, made.row.pk, thread.pk)
