"""How fast each number sends at the moment."""

from __future__ import annotations

from django.db import models
from typing_extensions import override

from accounts.models import PhoneNumber
from inbox.pacing import Narrowed


class NumberPace(models.Model):
    """The bucket and the breaker of one number (see `inbox.pacing`); the outbox writes it."""

    phone_number = models.OneToOneField(
        PhoneNumber, primary_key=True, on_delete=models.CASCADE, related_name="pace"
    )
    paid_until = models.DateTimeField(null=True, blank=True)
    narrowed_per_s = models.FloatField(null=True, blank=True)  # what a 130429 left of the rate
    narrowed_at = models.DateTimeField(null=True, blank=True)
    # Ids of batches that stand still (inbox.actions.batches): nothing of them is claimed.
    stopped = models.JSONField(default=list, db_default=[])
    silent_calls = models.PositiveSmallIntegerField(default=0)  # in a row, without an answer

    @override
    def __str__(self) -> str:
        return f"pace of {self.phone_number_id}"

    @property
    def narrowed(self) -> Narrowed | None:
        """The narrowed rate as a value."""
        if self.narrowed_per_s is None or self.narrowed_at is None:
            return None
        return Narrowed(self.narrowed_per_s, self.narrowed_at)

    @narrowed.setter
    def narrowed(self, value: Narrowed) -> None:
        self.narrowed_per_s, self.narrowed_at = value.per_s, value.at
