"""What every row has that a drain takes in hand."""

from __future__ import annotations

from django.db import models


class Claimable(models.Model):
    """A row that is a job.

    A claim sets `claim_token` and `lease_until`; a lease that ran out gives the row back. attempts:
    how many claims it had, or how many in a row that failed, as its drain counts them.
    """

    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
