"""Files that came with messages, and how far fetching them is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, PhoneNumber
from inbox.models.messages import Message


class MediaState(models.TextChoices):
    """pending: to be fetched; failed: nobody asks any more; expired: Meta no longer has it."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Media(models.Model):
    """One file. The row is the job of fetching it: attempts, not_before, lease."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    message = models.OneToOneField(
        Message, null=True, blank=True, on_delete=models.CASCADE, related_name="media"
    )
    meta_media_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10)
    declared_mime_type = models.CharField(max_length=120, blank=True)
    mime_type = models.CharField(max_length=120, blank=True)  # as sniffed
    size = models.PositiveBigIntegerField(null=True, blank=True)
    declared_sha256 = models.CharField(max_length=64, blank=True)  # hex or base64, as Meta wrote it
    sha256 = models.CharField(max_length=64, blank=True)  # hex
    filename = models.CharField(max_length=255, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    animated = models.BooleanField(default=False)
    voice = models.BooleanField(default=False)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)  # of sound and video
    peaks = models.JSONField(default=list, blank=True)  # outline of a sound: 64 numbers of 0 to 31
    path = models.CharField(max_length=120, blank=True)  # its key in the store: organization/uuid
    thumbnail = models.CharField(max_length=120, blank=True)  # key of its picture in small, WebP
    state = models.CharField(max_length=8, choices=MediaState.choices, default=MediaState.PENDING)
    # A word of inbox.fetching, or Meta's own sentence where the webhook brought no file.
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # What the media drain claims
            models.Index(fields=["id"], condition=Q(state="pending"), name="media_to_fetch"),
        ]

    @override
    def __str__(self) -> str:
        return f"media {self.pk}"
