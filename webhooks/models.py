"""Raw deliveries as they came, and the items of them that could not be applied."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import BusinessAccount, Organization


class DeliveryState(models.TextChoices):
    """A delivery is its own job: received, then claimed by the digest, then done."""

    RECEIVED = "received"
    DONE = "done"


class Delivery(models.Model):
    """One webhook POST: the bytes, and how far the digest is with them.

    A claim counts `attempts` up and sets `lease_until`; a lease that ran out gives the row back.
    """

    id = models.BigAutoField(primary_key=True)
    body = models.BinaryField()
    secret_fingerprint = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices, default=DeliveryState.RECEIVED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # After a crash items are applied one by one; the one in hand is written here before (F26).
    item_in_hand = models.PositiveIntegerField(null=True, blank=True)
    items = models.PositiveIntegerField(default=0)
    digested_at = models.DateTimeField(null=True, blank=True)
    # Whose items it has, once digested: that says how long it stays. None: nobody's, or several's.
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    # Items were taken out of it since, because their person was erased.
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # What the digest claims: the oldest first.
            models.Index(
                fields=["id"], condition=models.Q(state="received"), name="delivery_to_digest"
            ),
            # A span of time: webhooks.replay
            models.Index(fields=["received_at"], name="delivery_received_at"),
            # What the purge removes, by each organization's days
            models.Index(fields=["organization", "received_at"], name="delivery_of_organization"),
        ]

    @override
    def __str__(self) -> str:
        return f"delivery {self.pk}"


class DeadLetter(models.Model):
    """An item that could not be applied, kept with its bytes and the reason, and a retry.

    It waits until it is resolved (applied after all) or discarded by a person. `retry_at` makes it
    the worker's job: when it is due, and while it is tried, when that try counts as dead.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.CASCADE)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="dead_letters")
    path = models.CharField(
        max_length=120
    )  # "entry[0].changes[0].value.messages[2]"; "" = all of it
    field = models.CharField(max_length=60, blank=True)
    raw = models.BinaryField()  # the item's JSON (bytea: PostgreSQL refuses NUL in text)
    reason = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    retry_at = models.DateTimeField(null=True, blank=True)
    retries_begun = models.PositiveSmallIntegerField(default=0)  # and not ended: it kills workers
    resolved_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.CharField(max_length=120, blank=True)
    discarded_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "path"], name="dead_letter_once"),
        ]
        indexes: ClassVar = [
            # The list in the settings: unresolved ones of an organization, newest first.
            models.Index(
                fields=["organization", "-id"],
                condition=models.Q(resolved_at=None),
                name="dead_letter_list",
            ),
            # What the worker tries again: webhooks.retries
            models.Index(
                fields=["retry_at"],
                condition=models.Q(retry_at__isnull=False),
                name="dead_letter_to_retry",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.path or 'delivery'}: {self.reason}"


class Hearing(models.Model):
    """Whether Meta can reach us: one row, which every web process renews (`webhooks.hearing`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    heard_at = models.DateTimeField()  # the last time that something was able to take a webhook
    since = models.DateTimeField()  # from when on without a gap

    @override
    def __str__(self) -> str:
        return f"hearing since {self.since}"


class WrongSignature(models.Model):
    """Posts about an account that no secret of ours had signed (`webhooks.refused`)."""

    account = models.OneToOneField(BusinessAccount, primary_key=True, on_delete=models.CASCADE)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.count} wrong signatures until {self.last_at}"
