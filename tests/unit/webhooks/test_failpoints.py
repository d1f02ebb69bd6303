"""Failpoints: what a test asks for, and nothing without it."""

import time

import pytest

from webhooks import failpoints
from webhooks.failpoints import Failpoint, FailpointHit, hit, parsed


@pytest.fixture(autouse=True)
def fresh_counts():
    failpoints._hits.clear()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("a.b:exit", (Failpoint("a.b", "", "exit", 0, 0),)),
        ("a.b:exit:3", (Failpoint("a.b", "", "exit", 0, 3),)),
        ("a.b:sleep:0.5", (Failpoint("a.b", "", "sleep", 0.5, 0),)),
        ("a.b:sleep:5:2", (Failpoint("a.b", "", "sleep", 5, 2),)),
        ("a@wamid.x=:raise", (Failpoint("a", "wamid.x=", "raise", 0, 0),)),
        (
            "a:exit, b:raise",
            (Failpoint("a", "", "exit", 0, 0), Failpoint("b", "", "raise", 0, 0)),
        ),
    ],
)
def test_what_a_setting_means(text, expected):
    assert parsed(text) == expected


@pytest.mark.parametrize("text", ["a", "a:explode", "a:sleep:long", "a:exit:x"])
def test_a_wrong_setting_is_an_error(text):
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


def test_a_failpoint_acts_on_every_hit(settings):
    settings.FAILPOINTS = "here:raise"
    for _ in range(2):
        with pytest.raises(FailpointHit):
            hit("here")
    hit("elsewhere")


def test_with_a_number_only_that_hit_acts(settings):
    settings.FAILPOINTS = "here:raise:2"
    hit("here")
    with pytest.raises(FailpointHit):
        hit("here")
    hit("here")


def test_with_a_name_only_that_thing_acts(settings):
    settings.FAILPOINTS = "item@wamid.1:raise"
    hit("item", "wamid.2")
    with pytest.raises(FailpointHit):
        hit("item", "wamid.1")


def test_sleep_waits(settings):
    settings.FAILPOINTS = "here:sleep:0.05"
    began = time.monotonic()
    hit("here")
    assert time.monotonic() - began >= 0.05


def test_they_are_off_unless_enabled(settings):
    settings.FAILPOINTS_ENABLED = False
    settings.FAILPOINTS = "here:raise"
    hit("here")
