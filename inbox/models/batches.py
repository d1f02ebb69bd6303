"""Messages that belong together: a campaign's, which stop and go on together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.models import Organization, PhoneNumber


class BatchState(models.TextChoices):
    """Of a paused or cancelled one nothing is claimed."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class SendBatch(models.Model):
    """All messages with this `campaign_id`. Written by `inbox.actions.batches` alone.

    That it stands still is repeated on the pace of its number (`NumberPace.stopped`): the claim
    reads that row anyway, under the lock that makes a pause and a claim wait for each other.
    """

    id = models.UUIDField(primary_key=True, editable=False)  # the campaign's
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    state = models.CharField(max_length=9, choices=BatchState.choices, default=BatchState.RUNNING)
    emptied = models.BooleanField(default=False)  # cancelled, and nothing of it waits any more

    class Meta:
        indexes: ClassVar = [
            # What is still to be emptied: inbox.actions.batches.empty_next
            models.Index(
                fields=["id"],
                condition=Q(state=BatchState.CANCELLED, emptied=False),
                name="batch_to_be_emptied",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"batch {self.pk} {self.state}"
