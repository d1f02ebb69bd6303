"""Campaigns over REST: made, filled, started and stopped, read back; by whom and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.models import NumberStatus, PhoneNumber
from campaigns.models import Campaign, CampaignRecipient
from inbox.models import Message
from tests.campaigning import a_campaign, an_offer, numbers, take_turns
from tests.cast import PHONE_NUMBER_ID, Cast
from tests.web.api.conftest import Caller, a_key

SHORT = {"name": "Autumn", "template": "order_update", "phone_number_id": PHONE_NUMBER_ID}
VALUES = {"variables": {"1": "you", "2": "40-1187"}}
CAMPAIGN = {
    *("id", "name", "status", "hidden", "template", "phone_number", "variables", "variables_map"),
    *("segment", "per_second", "quiet_from", "quiet_until", "counts", "pause_code"),
    *("pause_reason", "scheduled_at", "launched_at", "finished_at", "created_at"),
}
COUNTS = {
    *("recipients", "pending", "skipped", "accepted", "sent", "delivered", "read", "replied"),
    *("failed", "unconfirmed", "queued", "cancelled", "gone"),
}


@pytest.fixture(autouse=True)
def offer(cast: Cast) -> None:
    an_offer(cast.account)


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    data: dict[str, Any] = answer.json()["data"]
    return data


def refused(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], (error["fields"] or [{"field": ""}])[0]["field"]


def made(shop: Caller, people: int = 1, **more: Any) -> str:
    rows = [{"to": one} for one in numbers(people)]
    return str(
        told(shop.post("/campaigns", SHORT | VALUES | {"recipients": rows} | more), 201)["id"]
    )


def test_the_short_form_makes_a_draft_and_the_rest_comes_later(cast, shop):
    answer = shop.post("/campaigns", SHORT)
    data = told(answer, 201)
    assert set(data) == CAMPAIGN
    assert set(data["counts"]) == COUNTS
    assert answer["Location"] == f"/api/v1/whatsapp/campaigns/{data['id']}"
    assert (data["status"], data["hidden"]) == ("draft", False)
    assert data["template"] == {"name": "order_update", "language": None}
    assert data["phone_number"]["id"] == str(cast.number.pk)
    here = f"/campaigns/{data['id']}"
    assert told(shop.patch(here, {"language": "en_US"}))["template"]["language"] == "en_US"
    added = told(shop.post(f"{here}/recipients", {"recipients": [{"to": numbers(1)[0]}]}))
    assert added == {"added": 1, "duplicates": 0, "invalid": []}


NAMES = [
    ("order_update", None),
    ("order_update:en_US", "en_US"),
    ({"name": "order_update", "language": "en_US"}, "en_US"),
    ({"name": "order_update"}, None),
    ("by id", "en_US"),
]


@pytest.mark.parametrize(("template", "language"), NAMES)
def test_a_template_has_many_names(cast, shop, template, language):
    template = str(an_offer(cast.account).pk) if template == "by id" else template
    data = told(shop.post("/campaigns", SHORT | {"template": template}), 201)
    assert data["template"] == {"name": "order_update", "language": language}


WRONG = [
    ({"name": None}, 422, "VALIDATION_ERROR", "name"),
    ({"name": "x" * 121}, 422, "VALIDATION_ERROR", "name"),
    ({"template": None}, 422, "VALIDATION_ERROR", "template"),
    ({"template": ""}, 422, "VALIDATION_ERROR", "template"),
    ({"template": str(uuid4())}, 404, "TEMPLATE_NOT_FOUND", ""),
    ({"template": "order_update:en", "language": "de"}, 422, "VALIDATION_ERROR", "language"),
    ({"phone_number_id": None}, 422, "VALIDATION_ERROR", "from"),
    ({"phone_number_id": "999"}, 403, "NUMBER_NOT_ALLOWED", "from"),
    ({"text": "Hello"}, 422, "VALIDATION_ERROR", "text"),
    ({"type": "text"}, 422, "VALIDATION_ERROR", "type"),
    ({"recipients": [{"to": "+1", "vars": {}}]}, 422, "VALIDATION_ERROR", "vars"),
    ({"recipients": [{"to": 12}]}, 422, "VALIDATION_ERROR", "recipients[0].to"),
    ({"recipients": [{"to": "1", "contact": {"email": "a"}}]}, 422, "VALIDATION_ERROR", "email"),
    ({"segment": {"tags": []}}, 422, "VALIDATION_ERROR", "segment.tags"),
    ({"segment": {"tags": ["vip"], "match": "none"}}, 422, "VALIDATION_ERROR", "segment.match"),
    ({"variables_map": {"1": "attributes.eta"}}, 422, "VALIDATION_ERROR", "variables_map.1"),
    ({"scheduled_at": "2050-01-01T00:00:00Z"}, 422, "SCHEDULE_TOO_FAR", "scheduled_at"),
    ({"scheduled_at": "2020-01-01T00:00:00"}, 422, "VALIDATION_ERROR", "scheduled_at"),
    ({"per_second": 81}, 422, "VALIDATION_ERROR", "per_second"),
    ({"quiet_from": "20:00Z", "quiet_until": "08:00"}, 422, "VALIDATION_ERROR", "quiet_from"),
    ({"quiet_from": "20:00"}, 422, "VALIDATION_ERROR", "quiet_until"),
    ({"hidden": True}, 422, "VALIDATION_ERROR", "hidden"),
]


def test_what_is_wrong_is_named_and_nothing_is_made(cast, shop):
    for more, *expected in WRONG:
        assert refused(shop.post("/campaigns", SHORT | more)) == tuple(expected), more
    assert not Campaign.objects.exists()


def test_a_change_says_what_it_changes_and_null_empties(cast, shop):
    resting = {"quiet_from": "20:00", "quiet_until": "08:00"}
    here = f"/campaigns/{made(shop, scheduled_at=in_days(1), **resting)}"
    given = {"quiet_from": None, "quiet_until": None, "scheduledAt": None, "perSecond": 5}
    data = told(shop.patch(here, given | {"segment": {"tags": ["VIP"]}, "name": " Winter "}))
    assert (data["quiet_from"], data["scheduled_at"], data["per_second"]) == (None, None, 5)
    assert (data["name"], data["segment"]) == ("Winter", {"tags": ["VIP"], "match": "any"})
    assert data["variables"] == VALUES["variables"]
    assert data["template"]["name"] == "order_update"
    assert refused(shop.patch(here, {}))[:2] == (400, "NO_UPDATABLE_FIELDS")
    assert refused(shop.patch(here, {"recipients": []})) == (422, "VALIDATION_ERROR", "recipients")


def in_days(days: float) -> str:
    return (timezone.now() + timedelta(days=days)).isoformat()


def test_its_course_is_steered_and_every_state_allows_what_it_allows(cast, shop):
    """A launch, a pause, a way on, the end; what does not fit is a conflict and changes nothing."""
    here = f"/campaigns/{made(shop)}"
    course = [
        *(("pause", 409, "draft"), ("resume", 409, "draft"), ("retry-failed", 409, "draft")),
        *(("launch", 202, "running"), ("launch", 409, "running"), ("resume", 409, "running")),
        *(("retry-failed", 409, "running"), ("pause", 200, "paused"), ("pause", 409, "paused")),
        *(("retry-failed", 202, "paused"), ("resume", 200, "running")),
        *(("cancel", 200, "cancelled"), ("cancel", 409, "cancelled"), ("launch", 409, "cancelled")),
    ]
    for verb, status, then in course:
        answer = shop.post(f"{here}/{verb}")
        assert answer.status_code == status, (verb, answer.content)
        if status < 300:
            assert answer.json()["data"]["status"] == then
        assert told(shop.get(here))["status"] == then, verb
    assert refused(shop.patch(here, {"name": "Late"}))[:2] == (409, "STATE_CONFLICT")
    rows = {"recipients": [{"to": numbers(1)[0]}]}
    assert refused(shop.post(f"{here}/recipients", rows))[:2] == (409, "STATE_CONFLICT")


def test_what_waits_of_a_paused_one_is_held(cast, shop):
    here = f"/campaigns/{made(shop)}"
    shop.post(f"{here}/launch")
    take_turns()
    assert {one["status"] for one in shop.get("/messages").json()["data"]} == {"queued"}
    shop.post(f"{here}/pause")
    first, *_others = shop.get("/messages?status=held").json()["data"]
    assert first["hold"]["code"] == "campaign_paused"
    assert shop.get("/messages?status=queued").json()["data"] == []
    shop.post(f"{here}/resume")
    assert shop.get("/messages?status=held").json()["data"] == []


def test_one_with_a_time_is_scheduled(cast, shop):
    here = f"/campaigns/{made(shop, scheduled_at=in_days(2))}"
    assert told(shop.post(f"{here}/launch"), 202)["status"] == "scheduled"
    assert told(shop.patch(here, {"name": "Still time"}))["name"] == "Still time"


def test_a_launch_that_may_not_be_says_why(cast, shop):
    nobody = f"/campaigns/{made(shop, 0)}"
    assert refused(shop.post(f"{nobody}/launch")) == (422, "VALIDATION_ERROR", "recipients")
    unknown = f"/campaigns/{made(shop, template='of_nobody')}"
    assert refused(shop.post(f"{unknown}/launch"))[:2] == (404, "TEMPLATE_NOT_FOUND")
    lacking = shop.post(f"/campaigns/{made(shop, 25, variables={'1': 'you'})}/launch")
    assert refused(lacking)[:2] == (422, "TEMPLATE_PARAMETER_MISMATCH")
    first, *others = lacking.json()["error"]["meta"]["recipients"]
    assert (first["to"], first["missing"], len(others)) == (numbers(1)[0], ["2"], 19)
    PhoneNumber.objects.update(status=NumberStatus.ERROR)
    assert refused(shop.post(f"/campaigns/{made(shop)}/launch"))[:2] == (409, "NUMBER_NOT_ACTIVE")


def test_recipients_are_added_once_and_read_in_their_order(cast, shop):
    here = f"/campaigns/{made(shop, 1)}/recipients"
    one, two, three = numbers(3)
    rows = [{"to": one}, {"to": two, "reference": "r-2", "variables": {"1": "Ben"}}, {"to": "12"}]
    added = told(shop.post(here, {"recipients": [*rows, {"to": three, "contact": {"name": "C"}}]}))
    wrong = [{"to": "12", "reason": "not a phone number", "index": 2}]
    assert added == {"added": 2, "duplicates": 1, "invalid": wrong}
    first = shop.get(f"{here}?limit=2").json()
    rest = shop.get(f"{here}?limit=2&cursor={first['pagination']['cursor']}").json()
    assert [row["to"] for row in (*first["data"], *rest["data"])] == [one, two, three]
    assert (rest["pagination"]["cursor"], rest["data"][0]["name"]) == (None, "C")
    second = first["data"][1]
    assert (second["reference"], second["variables"]) == ("r-2", {"1": "Ben"})
    assert (second["status"], second["message_id"]) == ("pending", None)
    assert refused(shop.get(f"{here}?status=lost"))[1] == "BAD_REQUEST"
    elsewhere = f"/campaigns/{made(shop, 0)}/recipients?limit=2"
    cursor = first["pagination"]["cursor"]
    assert refused(shop.get(f"{elsewhere}&cursor={cursor}"))[1] == "INVALID_CURSOR"


def test_recipients_of_a_running_campaign_have_the_status_of_their_message(cast, shop):
    campaign = a_campaign(cast, 3)
    take_turns(1)
    first, second = Message.objects.filter(campaign_id=campaign.pk).order_by("pk")[:2]
    Message.objects.filter(pk=first.pk).update(status="delivered", wamid="wamid.1", status_rank=50)
    failure = {"code": "131026", "message": "Undeliverable.", "retry": "later"}
    Message.objects.filter(pk=second.pk).update(status="failed", failure=failure)
    here = f"/campaigns/{campaign.pk}"
    counts = told(shop.get(here))["counts"]
    assert {name for name, count in counts.items() if count} == {
        *("recipients", "queued", "delivered", "failed"),
    }
    (row,) = told(shop.get(f"{here}/recipients?status=failed"))
    assert (row["code"], row["message_id"]) == ("131026", str(second.pk))
    told(shop.post(f"{here}/pause"))
    answer = shop.post(f"{here}/retry-failed")
    assert told(answer, 202)["counts"]["pending"] == 1
    assert answer.json()["meta"] == {"retried": 1}


def a_broadcast(shop: Caller) -> str:
    body = {"destination": numbers(1), "source": PHONE_NUMBER_ID, "type": "text", "text": "Hi"}
    answer = shop.post("/messages/broadcast", body)
    return str(answer.json()["meta"]["campaign_id"])


def test_the_list_is_filtered_and_walked_newest_first(cast, shop):
    ids = [made(shop, 0) for _ in range(3)]
    running = str(a_campaign(cast, 1).pk)
    a_broadcast(shop)

    def found(query: str) -> list[str]:
        return [row["id"] for row in told(shop.get(f"/campaigns?{query}"))]

    assert found("") == [running, *reversed(ids)]
    assert found("status=running") == [running]
    assert found("status=draft,paused") == [*reversed(ids)]
    assert found(f"phone_number={PHONE_NUMBER_ID}&status=running") == [running]
    assert found("phone_number=%2B4930123456") == []
    first = shop.get("/campaigns?limit=3").json()
    assert found(f"limit=3&cursor={first['pagination']['cursor']}") == [ids[0]]
    assert refused(shop.get("/campaigns?status=finished"))[:2] == (400, "BAD_REQUEST")


def test_a_key_reaches_the_campaigns_of_its_numbers_alone(cast, shop):
    campaign = made(shop)
    other = PhoneNumber.objects.create(
        organization=cast.organization, account=cast.account, meta_phone_number_id="2"
    )
    theirs = cast.eve.organization
    bound = Caller(a_key(cast.organization, "bound", phone_number_ids=[other.pk]).key)
    strangers = [bound, Caller(a_key(theirs).key)]
    for stranger in strangers:
        assert told(stranger.get("/campaigns")) == []
        assert refused(stranger.post(f"/campaigns/{campaign}/launch"))[:2] == (404, "NOT_FOUND")
        assert refused(stranger.post("/campaigns", SHORT))[1] == "NUMBER_NOT_ALLOWED"
    moved = bound.post("/campaigns", SHORT | {"phone_number_id": "2"})
    assert told(moved, 201)["phone_number"]["id"] == str(other.pk)
    mine = f"/campaigns/{moved.json()['data']['id']}"
    assert refused(bound.patch(mine, {"from": PHONE_NUMBER_ID}))[1] == "NUMBER_NOT_ALLOWED"
    test = Caller(a_key(cast.organization, "test", test=True).key)
    assert [row["id"] for row in told(test.get("/campaigns"))] == [campaign]


def test_an_assistants_key_writes_to_nobody_but_its_own(cast):
    campaign = a_campaign(cast, launched=False)
    robot = Caller(a_key(cast.organization, kind="ai", bot_id=uuid4()).key)
    wanted = {"to": numbers(1), "from": PHONE_NUMBER_ID, "type": "text", "text": "Hi"}
    for path, body in (
        *(("/campaigns", SHORT), (f"/campaigns/{campaign.pk}/launch", {})),
        ("/messages/broadcast", wanted),
    ):
        assert refused(robot.post(path, body))[:2] == (403, "NOT_ALLOWED"), path
    assert told(robot.get("/campaigns"))[0]["id"] == str(campaign.pk)


def test_each_post_has_one_effect_per_idempotency_key(cast, shop):
    campaign = made(shop, 0)
    here = f"/campaigns/{campaign}"
    rows = {"recipients": [{"to": one} for one in numbers(2)]}
    calls: list[tuple[str, Any]] = [
        *(("/campaigns", SHORT), (f"{here}/recipients", rows), (f"{here}/launch", {})),
        *((f"{here}/pause", {}), (f"{here}/resume", {}), (f"{here}/cancel", {})),
    ]
    for number, (path, body) in enumerate(calls):
        key = {"Idempotency-Key": f"once-{number}"}
        first, second = (shop.post(path, body, **key) for _again in range(2))
        assert first.status_code < 300, (path, first.content)
        assert second.content == first.content, path
        assert second["Idempotency-Replayed"] == "true", path
    assert Campaign.objects.count() == 2
    assert CampaignRecipient.objects.filter(campaign=UUID(campaign)).count() == 2
