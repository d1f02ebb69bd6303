"""The same deliveries in the other order, or digested twice, leave the same world.

One line for each rule that lets the newest win by Meta's time, whatever comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import DORA, a_status_webhook, a_text_webhook, payload
from tests.domain.webhooks.test_replay import forget_all, received, replay
from tests.state import differences, state_of

pytestmark = [pytest.mark.case("F94"), pytest.mark.once]
NOW = timezone.now().replace(microsecond=0)
Bodies = list[dict[str, Any]]


def ago(minutes: float) -> str:
    return str(int((NOW - timedelta(minutes=minutes)).timestamp()))


def a_choice(value: str, minutes: float) -> dict[str, Any]:
    body = payload("user_preferences_stop")
    [preference] = body["entry"][0]["changes"][0]["value"]["user_preferences"]
    preference |= {"value": value, "timestamp": int(ago(minutes))}
    return body


def a_routing(kind: str, minutes: float) -> dict[str, Any]:
    body = payload("handover_control_passed")
    value = body["entry"][0]["changes"][0]["value"]
    value |= {"type": kind, "timestamp": ago(minutes), kind: value["control_passed"]}
    return body


def a_missed_call(number: int) -> dict[str, Any]:
    body = payload("call_terminate_missed")
    [call] = body["entry"][0]["changes"][0]["value"]["calls"]
    call |= {"id": f"wacid.{number}", "timestamp": ago(90 - number)}
    return body


def says(name: str, minutes: float) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes)
    return a_text_webhook(name=name, at=at, wamid=f"wamid.{minutes}")


def a_refused_echo() -> Bodies:
    echo = payload("echo_text")
    [message] = echo["entry"][0]["changes"][0]["value"]["message_echoes"]
    message |= {"to": DORA, "timestamp": ago(20)}
    refused = {"errors": [{"code": 131047, "title": "Re-engagement message"}]}
    status = a_status_webhook(message["id"], "failed", at=NOW - timedelta(minutes=19), **refused)
    return [says("Dora", 30), echo, status]


ORDERS: dict[str, Callable[[], Bodies]] = {
    "a choice taken back": lambda: [says("Dora", 60), a_choice("stop", 50), a_choice("resume", 40)],
    "a new name": lambda: [says("Dora", 60), says("Dora Lindqvist", 50)],
    "a thread handed over": lambda: [
        a_routing("control_taken", 60),
        a_routing("control_passed", 50),
    ],
    # All of somebody is new: the change joins whoever wrote first and whoever writes next.
    "a new number": lambda: [
        payload("text"),
        payload("system_number_changed"),
        a_text_webhook(wa_id="12025550166", wamid="wamid.new"),
    ],
    "a window closed by Meta": a_refused_echo,
}
REPEATS: dict[str, Callable[[], Bodies]] = {
    "a choice taken back": lambda: [says("Dora", 60), a_choice("stop", 50), a_choice("resume", 40)],
    "a thread handed over": lambda: [
        a_routing("control_taken", 60),
        a_routing("control_passed", 50),
    ],
    "a reaction under an older name": lambda: [payload("reaction"), says("Dora L.", 10)],
    "many calls": lambda: [a_missed_call(number) for number in range(51)],
}


@pytest.mark.parametrize("name", ORDERS)
def test_in_the_other_order_the_world_is_the_same(cast, name):
    bodies = ORDERS[name]()
    received(*bodies, at=NOW, apart_s=0)
    before = state_of(cast.organization)
    forget_all()
    received(*reversed(bodies), at=NOW, apart_s=0)
    assert differences(before, state_of(cast.organization)) == []


@pytest.mark.parametrize("name", REPEATS)
def test_a_second_digest_changes_nothing(cast, name):
    received(*REPEATS[name]())
    assert replay(dry_run=True)["by_kind"] == {}
