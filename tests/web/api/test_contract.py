"""Every operation of the API, whatever it does: a key, a scope, a description."""

from __future__ import annotations

import pytest

from accounts.api.auth import KeyAuth
from accounts.scopes import SCOPES
from config.api import api
from tests.cast import a_conversation, says
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import PREFIX, Caller, a_key

ANY_KEY = {("GET", "/ping")}


def operations():
    """Method, path and operation, of everything that is mounted."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, path, operation


def test_every_operation_wants_a_key_with_a_scope():
    found = list(operations())
    for method, path, operation in found:
        (auth,) = operation.auth_callbacks
        assert isinstance(auth, KeyAuth), (method, path)
        assert auth.scope in SCOPES or (method, path) in ANY_KEY, (method, path)
    assert len(found) > 20


def test_only_reading_scopes_open_reading_operations():
    for method, path, operation in operations():
        (auth,) = operation.auth_callbacks
        if method == "GET" and (method, path) not in ANY_KEY:
            assert auth.scope.endswith(":read"), path


@pytest.mark.case("S84")
def test_a_key_without_scopes_gets_nowhere(cast):
    nobody = Caller(a_key(cast.organization, scopes=["analytics:read"]).key)
    for method, path, _operation in operations():
        if (method, path) in ANY_KEY:
            continue
        answer = nobody.client.generic(
            method,
            PREFIX + path,
            b"{}",
            content_type="application/json",
            headers={"X-API-Key": nobody.key},
        )
        assert answer.status_code == 403, (method, path, answer.content)


def test_every_answer_and_error_is_described(client, db):
    schema = client.get(f"{PREFIX}/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            assert "default" in one["responses"], path
            assert {"200", "201", "202", "204"} & set(one["responses"]), path
            assert one["security"], (method, path)
    assert set(schema["components"]["schemas"]["ErrorBody"]["required"]) == {
        *("code", "status", "message", "retryable", "fields", "meta_error", "meta"),
        *("request_id", "doc"),
    }


@pytest.fixture
def paths(cast) -> list[tuple[str, dict]]:
    """A request for every POST that has its answer at once."""
    thread = a_conversation(cast.number)
    message = says(cast.number, "again")
    template = a_template(cast.account)
    here = f"/conversations/{thread.pk}"
    return [
        (f"{here}/read", {}),
        (f"{here}/unread", {}),
        (f"{here}/handoff", {"reason": "api"}),
        (f"{here}/takeover", {"user_id": str(cast.amina.pk)}),
        ("/messages/read", {"message_ids": [str(message.pk)]}),
        (f"/messages/{message.pk}/read", {}),
        (f"/templates/{template.pk}/preview", {"variables": {"1": "D", "2": "8"}}),
    ]


def test_every_post_is_done_once_per_idempotency_key(cast, shop, paths):
    for number, (path, body) in enumerate(paths):
        headers = {"Idempotency-Key": f"key-{number}"}
        first, second = (shop.post(path, body, **headers) for _again in range(2))
        assert first.status_code == 200, (path, first.content)
        assert second.content == first.content, path
        assert second["Idempotency-Replayed"] == "true", path
        other = shop.post(path, body | {"typo": 1}, **headers)
        assert other.status_code == 422, path
