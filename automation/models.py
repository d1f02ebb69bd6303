"""Bots, and their turns: one piece of AI work each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization
from inbox.models import Conversation


class Bot(models.Model):
    """An assistant; a number has at most one (`accounts.PhoneNumber.bot_id`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=8, default="rules")
    enabled = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)
    quiet_seconds = models.FloatField(default=6)  # waits for more lines of the customer
    max_wait_seconds = models.FloatField(default=30)
    max_turns = models.PositiveSmallIntegerField(default=6)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.name


class TurnState(models.TextChoices):
    """waiting and running are live; the others are how it ended."""

    WAITING = "waiting"
    RUNNING = "running"
    ANSWERED = "answered"
    NO_REPLY = "no_reply"
    HANDED_OFF = "handed_off"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"
    FAILED = "failed"


LIVE = (TurnState.WAITING, TurnState.RUNNING)


class Turn(models.Model):
    """Everything the customer wrote since our last answer, to be answered once.

    The row is the job. `epoch` is the owner epoch it was made under: a text computed under it is
    refused once the owner has changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE)
    epoch = models.PositiveIntegerField()
    first_inbound_id = models.UUIDField()
    last_inbound_id = models.UUIDField()
    first_inbound_at = models.DateTimeField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=10, choices=TurnState.choices, default=TurnState.WAITING)
    reason = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    restarts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    shadow = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=[TurnState.WAITING, TurnState.RUNNING]),
                name="turn_one_live",
            ),
        ]
        indexes: ClassVar = [
            # What the turns drain claims
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=[TurnState.WAITING, TurnState.RUNNING]),
                name="turn_due",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"turn {self.pk}"
