"""GET /phone-numbers/{id}/health: what the doctor found, for a program."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actions.checkups import record
from accounts.doctor.verdicts import Name, Repair, State, Verdict
from tests.web.api.conftest import Caller, a_key


@pytest.fixture
def looked_at(cast):
    """A number whose app is not subscribed, as the worker found."""
    name = Name.WEBHOOK_SUBSCRIPTION
    broken = Verdict(name, State.BROKEN, "not_subscribed", {"app_id": "67"}, Repair.SUBSCRIBE_APP)
    fine = Verdict(Name.TOKEN, State.OK, "token_for_ever", {"expires_at": None})
    record(cast.number, [broken, fine], at=timezone.now())
    return cast.number


def test_a_number_tells_its_health(shop, looked_at):
    data = shop.get(f"/phone-numbers/{looked_at.pk}/health").json()["data"]
    assert data["state"] == "broken"
    token, subscription = data["checks"]
    assert (token["name"], token["message"], token["repair"]) == (
        "token",
        "The token works and does not expire.",
        None,
    )
    assert (subscription["state"], subscription["repair"]) == ("broken", "subscribe_app")
    assert data["queue"] == {"queued": 0, "held": 0, "oldest_seconds": None}
    assert set(data) == {
        *("state", "checks", "queue", "last_inbound_at", "last_status_at"),
        *("quality_rating", "messaging_limit", "throughput"),
    }


def test_before_the_first_look_nothing_is_known(shop, cast):
    data = shop.get(f"/phone-numbers/{cast.number.meta_phone_number_id}/health").json()["data"]
    assert (data["state"], data["checks"]) == ("unknown", [])


def test_another_organizations_number_is_not_there(cast, looked_at):
    stranger = Caller(a_key(cast.eve.organization).key)
    assert stranger.get(f"/phone-numbers/{looked_at.pk}/health").status_code == 404
