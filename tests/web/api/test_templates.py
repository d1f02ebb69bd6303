"""Templates over REST: listed, read, synced, previewed."""

from __future__ import annotations

import pytest

from accounts.models import BusinessAccount
from simulator.testing import running
from templates_app.models import MessageTemplate
from tests.cast import a_cast
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import Caller, a_key


@pytest.fixture
def meta(settings):
    with running() as simulator:
        settings.GRAPH_API_URL = simulator.base_url
        yield simulator


def test_templates_are_listed_with_every_field(cast, shop):
    row = a_template(cast.account)
    data = shop.get("/templates").json()["data"]
    assert [one["id"] for one in data] == [str(row.pk)]
    assert set(data[0]) == {
        *("id", "account_id", "waba_id", "meta_template_id", "name", "language", "category"),
        *("status", "rejected_reason", "quality", "parameter_format", "sendable"),
        *("not_sendable_reason", "variables", "components", "synced_at", "created_at"),
    }
    assert data[0]["variables"] == [
        {"name": name, "in": "body", "example": None, "kind": "text", "required": True}
        for name in ("1", "2")
    ]
    assert shop.get(f"/templates/{row.pk}").json()["data"] == data[0]


def test_the_list_can_be_narrowed_and_goes_on(cast, shop):
    a_template(cast.account)
    a_template(cast.account, "waiting", status="PENDING")
    a_template(cast.account, "hallo", "de", category="MARKETING")

    def names(query):
        return [one["name"] for one in shop.get(f"/templates?{query}").json()["data"]]

    assert names("") == ["hallo", "order_update", "waiting"]
    assert names("status=PENDING") == ["waiting"]
    assert names("language=de") == ["hallo"]
    assert names("category=MARKETING") == ["hallo"]
    assert names("sendable=true") == ["hallo", "order_update"]
    assert names("search=hallo") == ["hallo"]
    assert names(f"account={cast.account.waba_id}") == ["hallo", "order_update", "waiting"]
    first = shop.get("/templates?limit=2").json()
    assert first["pagination"]["has_more"] is True
    cursor = first["pagination"]["cursor"]
    assert names(f"limit=2&cursor={cursor}") == ["waiting"]
    other = shop.get(f"/templates?limit=2&language=de&cursor={cursor}")
    assert other.json()["error"]["code"] == "INVALID_CURSOR"


def test_templates_of_others_do_not_exist(cast):
    row = a_template(cast.account)
    theirs = Caller(a_key(cast.eve.organization).key)
    assert theirs.get("/templates").json()["data"] == []
    assert theirs.get(f"/templates/{row.pk}").status_code == 404
    assert theirs.post(f"/templates/{row.pk}/preview", {}).status_code == 404
    nothing = theirs.post("/templates/sync").json()["error"]
    assert nothing["code"] == "NO_CONNECTED_ACCOUNT"


def test_a_preview_shows_gaps_and_becomes_what_meta_gets(cast, shop):
    row = a_template(cast.account)
    path = f"/templates/{row.pk}/preview"
    gaps = shop.post(path, {"variables": {"1": "Dora", "x": "y"}}).json()["data"]
    assert gaps["content"]["body"] == "Hello Dora, your order {{2}} is on its way."
    assert (gaps["missing"], gaps["unexpected"], gaps["native"]) == (["2"], ["x"], None)
    full = shop.post(path, {"body_params": ["Dora", "7"]}).json()["data"]
    assert full["native"]["name"] == "order_update"
    assert full["native"]["language"] == {"code": "en_US"}
    assert full["missing"] == []
    wrong = shop.post(path, {"variabels": {}})
    assert "variables" in wrong.json()["error"]["fields"][0]["description"]


@pytest.mark.django_db(transaction=True)
def test_a_sync_reads_everything_once_for_each_idempotency_key(transactional_db, meta):
    cast = a_cast()
    shop = Caller(a_key(cast.organization).key)
    headers = {"Idempotency-Key": "sync"}
    answer = shop.post("/templates/sync", **headers)
    (result,) = answer.json()["data"]
    assert answer.status_code == 200
    assert result["complete"] is True
    assert result["total"] == result["added"] == MessageTemplate.objects.count()
    assert set(result) == {
        *("account_id", "waba_id", "added", "changed", "removed", "failed", "total"),
        *("complete", "error", "finished_at"),
    }
    again = shop.post("/templates/sync", **headers)
    assert again.content == answer.content
    assert again["Idempotency-Replayed"] == "true"
    by_waba = shop.post("/templates/sync", {"account_id": result["waba_id"]})
    assert by_waba.json()["data"][0]["added"] == 0
    assert BusinessAccount.objects.get(pk=cast.account.pk).templates_synced_at is not None


def test_an_agents_key_may_not_sync(cast):
    reading = Caller(a_key(cast.organization, scopes=["read"]).key)
    answer = reading.post("/templates/sync")
    assert answer.json()["error"]["meta"] == {"missing_scopes": ["templates:manage"]}
