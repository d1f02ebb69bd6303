"""Templates over REST: listed, read, synced, previewed."""

from __future__ import annotations

import pytest

from accounts.models import BusinessAccount
from templates_app.models import MessageTemplate
from tests.cast import a_cast
from tests.domain.templates_app.conftest import a_template
from tests.web.api.conftest import PREFIX, Caller, a_key


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


WE_OPEN = {
    "name": "we_open",
    "category": "UTILITY",
    "language": "en",
    "parameter_format": "NAMED",
    "components": [
        {
            "type": "BODY",
            "text": "We are open on {{day}} from nine to six as always.",
            "example": {"body_text_named_params": [{"param_name": "day", "example": "Friday"}]},
        }
    ],
}


def patched(shop, path, body):
    return shop.client.patch(
        PREFIX + path, body, content_type="application/json", headers=shop._all({})
    )


def deleted(shop, path):
    return shop.client.delete(PREFIX + path, headers=shop._all({}))


def test_a_template_is_made_edited_and_deleted_at_meta(cast, shop, meta):
    answer = shop.post("/templates", WE_OPEN)
    made = answer.json()["data"]
    assert (answer.status_code, made["status"], made["parameter_format"]) == (
        201,
        "PENDING",
        "NAMED",
    )
    path = f"/templates/{made['id']}"
    assert answer["Location"] == PREFIX + path
    assert shop.get(path).json()["data"] == made
    assert (
        patched(shop, path, {"category": "MARKETING"}).json()["error"]["code"] == "STATE_CONFLICT"
    )
    meta.template("we_open", "en", "REJECTED")
    MessageTemplate.objects.update(status="REJECTED")
    changed = patched(shop, path, {"category": "MARKETING"}).json()["data"]
    assert (changed["status"], changed["category"]) == ("PENDING", "MARKETING")
    assert deleted(shop, path).status_code == 204
    assert shop.get(path).json()["data"]["status"] == "DELETED"
    assert "we_open" not in {row.name for row in meta.simulator.world.templates}


def test_every_language_of_a_name_goes_when_that_is_asked(cast, shop, meta):
    path = ""
    for language in ("en", "de"):
        made = shop.post("/templates", WE_OPEN | {"language": language}).json()["data"]
        path = f"/templates/{made['id']}"
    assert deleted(shop, f"{path}?all_languages=1").status_code == 204
    assert shop.get("/templates").json()["data"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"name": "We Open"}, 422, "VALIDATION_ERROR", "name"),
        ({"category": "NEWS"}, 422, "VALIDATION_ERROR", "category"),
        ({"parameter_format": "ODD"}, 422, "VALIDATION_ERROR", "parameter_format"),
        ({"components": []}, 422, "VALIDATION_ERROR", "components"),
        (
            {"components": [{"type": "BODY", "text": "x" * 1025}]},
            422,
            "VALIDATION_ERROR",
            "components",
        ),
        # What only Meta knows it says itself.
        (
            {"components": [{"type": "BODY", "text": "{{day}} is the day of all days."}]},
            422,
            "VALIDATION_ERROR",
            "body.text",
        ),
        ({"name": "hello_world", "language": "en_US"}, 409, "ALREADY_EXISTS", "name"),
    ],
)
def test_a_template_that_will_not_do_is_refused(cast, shop, meta, changes, status, code, field):
    answer = shop.post("/templates", WE_OPEN | changes)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert [one["field"] for one in error["fields"]] == [field]
    assert not MessageTemplate.objects.exists()


def test_the_account_is_named_only_where_there_are_several(cast, shop, meta):
    BusinessAccount.objects.create(organization=cast.organization, waba_id="1003")
    error = shop.post("/templates", WE_OPEN).json()["error"]
    assert [one["field"] for one in error["fields"]] == ["account_id"]
    by_waba = shop.post("/templates", WE_OPEN | {"waba_id": cast.account.waba_id})
    assert by_waba.status_code == 201


def test_a_reading_key_changes_no_template(cast):
    reading = Caller(a_key(cast.organization, scopes=["read"]).key)
    assert reading.post("/templates", WE_OPEN).status_code == 403
    path = f"/templates/{a_template(cast.account).pk}"
    assert deleted(reading, path).status_code == 403
    assert patched(reading, path, {"category": "UTILITY"}).status_code == 403


def test_templates_of_others_are_neither_edited_nor_deleted(cast):
    path = f"/templates/{a_template(cast.account).pk}"
    theirs = Caller(a_key(cast.eve.organization).key)
    assert deleted(theirs, path).status_code == 404
    assert patched(theirs, path, {"category": "UTILITY"}).status_code == 404
