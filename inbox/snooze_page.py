"""The dialog that puts a conversation aside until a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms

from inbox.actions.snoozing import FURTHEST
from inbox.forms import TimeForm
from inbox.later_page import FOR_INPUT, offered, zone_name
from inbox.later_shapes import LaterTime
from inbox.models import Conversation
from inbox.times import local


class SnoozeForm(TimeForm):
    """Until when. expected_version: as the page that asked knew it."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class SnoozePage:
    """What is offered, by the person's clock. earliest, latest: for the field of an own time.

    moment: what was typed into it.
    """

    conversation: Conversation
    times: tuple[LaterTime, ...]
    zone: str
    earliest: str
    latest: str
    moment: str = ""


def snooze_page(
    conversation: Conversation, *, at: datetime, zone: str, moment: str = ""
) -> SnoozePage:
    """The times that are offered now. No query."""
    return SnoozePage(
        conversation,
        tuple(offered(at, zone)),
        zone_name(zone),
        local(at, zone).strftime(FOR_INPUT),
        local(at + FURTHEST, zone).strftime(FOR_INPUT),
        moment,
    )
