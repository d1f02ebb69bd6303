"""The event log: the conversation's timeline, the live cursor, the source of outgoing webhooks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.people import Organization


class EventCounter(models.Model):
    """The last sequence number given out in an organization; its row lock orders the commits.

    The same lock keeps the audit log from forking: the row also knows that chain's newest link.
    """

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True)
    seq = models.BigIntegerField(default=0)
    audit_number = models.BigIntegerField(default=0)
    audit_hash = models.CharField(max_length=64, blank=True)


class Event(models.Model):
    """Something that happened. Holds ids, codes and numbers, never a customer's words.

    `conversation` is a plain UUID: its table lies above this app.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=48)
    conversation = models.UUIDField(null=True, blank=True)
    ids = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    actor_type = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "seq"], name="event_seq_once"),
        ]
        indexes: ClassVar = [
            # The timeline of one conversation: inbox.queries.timeline
            models.Index(fields=["conversation", "seq"], name="event_of_conversation"),
            # What Meta says, newest first; and whether it was said already
            models.Index(
                fields=["organization", "-seq"],
                condition=Q(kind="account.notice"),
                name="event_notices",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
