"""The 24 hours: what opens them, by Meta's clock, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox import queries
from inbox.models import Conversation
from inbox.window import LENGTH, Window, closed_by, opened_by
from tests.cast import T0, Cast, a_text_webhook, arrives, payload, says
from tests.domain.inbox.payload_effects import EFFECTS


def opened_at():
    return Conversation.objects.get().window_opened_at


@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("text", True),
        ("image_caption", True),
        ("image_download_failed", True),
        ("button_template_quick_reply", True),
        ("interactive_without_body", True),
        ("unsupported", True),
        ("unknown_type", True),
        ("call_connect", True),
        ("call_terminate_missed", True),
        ("reaction", False),
        ("edit", False),
        ("revoke", False),
        ("echo_text", False),
    ],
)
def test_what_opens_the_window(cast: Cast, name: str, opens: bool) -> None:
    with time_machine.travel(T0 + timedelta(minutes=40), tick=False):
        arrives(cast.number, payload(name))
        assert (opened_at() is not None) is opens
        assert EFFECTS[name].windows == int(opens)


def test_it_is_open_from_metas_time_and_to_the_second(cast: Cast) -> None:
    at = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    arrives(cast.number, a_text_webhook(at=at))
    window = Conversation.objects.get().window
    assert window.expires_at == at + LENGTH
    assert window.is_open(at + LENGTH - timedelta(seconds=1))
    assert not window.is_open(at + LENGTH)


@pytest.mark.parametrize("opens_after_s", [-1, 0, 1])
@pytest.mark.parametrize("closes_first", [True, False])
def test_who_wrote_in_the_second_of_metas_no_wrote_after_it(
    opens_after_s: int, closes_first: bool
) -> None:
    """Meta tells whole seconds; of its no we may know the moment."""
    closing, before = T0 + timedelta(milliseconds=700), T0 - timedelta(hours=3)
    opening = T0 + timedelta(seconds=opens_after_s)
    if closes_first:
        opened = closed_by(closing, before=before, closed_before=None)
        opened = opened_by("text", at=opening, before=opened, closed_at=closing)
    else:
        opened = opened_by("text", at=opening, before=before)
        opened = closed_by(closing, before=opened, closed_before=None)
    assert Window(opened).is_open(closing) is (opens_after_s >= 0)


@pytest.mark.parametrize("order", ["ordered", "shuffled"])
def test_a_late_line_never_closes_it_earlier(cast: Cast, order: str) -> None:
    now = timezone.now().replace(microsecond=0)
    moments = [now - timedelta(hours=hours) for hours in (30, 3, 1)]
    for at in moments if order == "ordered" else reversed(moments):
        says(cast.number, at=at)
    assert opened_at() == moments[-1]


@pytest.mark.parametrize(
    ("hours_ago", "state"), [(0, "free"), (23, "free"), (24, "template"), (48, "template")]
)
def test_the_composer_follows_it(cast: Cast, hours_ago: int, state: str) -> None:
    says(cast.number, at=timezone.now() - timedelta(hours=hours_ago))
    composer = queries.composer(Conversation.objects.get(), at=timezone.now())
    assert composer.state == state
    assert bool(composer.sentence) is (state == "template")


def test_who_has_never_written_can_be_sent_templates_only(cast: Cast) -> None:
    arrives(cast.number, payload("echo_text"))
    composer = queries.composer(Conversation.objects.get(), at=timezone.now())
    assert (composer.state, composer.expires_at) == ("template", None)
