"""Files: those that came with messages, those that go out, and what Meta knows them by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, PhoneNumber
from inbox.models.claims import Claimable
from inbox.models.conversations import Conversation
from inbox.models.messages import Message


class MediaState(models.TextChoices):
    """pending: to be fetched; failed: nobody asks any more; expired: Meta no longer has it."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class UploadState(models.TextChoices):
    """pending: to be uploaded; failed: Meta refused it."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Media(Claimable):
    """One file. Of an inbound one the row is the job of fetching it: attempts, not_before, lease.

    An outbound one is `ready` from the start, and an attachment while it has no message. Several
    rows may share one stored file (`path`): the same file sent twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    message = models.OneToOneField(
        Message, null=True, blank=True, on_delete=models.CASCADE, related_name="media"
    )
    direction = models.CharField(max_length=8, default="inbound")
    # Of an outbound one: the thread it was put into, and by whom (a person or a key).
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    uploaded_by_id = models.UUIDField(null=True, blank=True)
    touched_at = models.DateTimeField(null=True, blank=True)  # for the janitor
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
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # What the media drain claims
            models.Index(fields=["id"], condition=Q(state="pending"), name="media_to_fetch"),
            # Who else has this stored file: inbox.actions.media_tidy
            models.Index(fields=["path"], condition=~Q(path=""), name="media_of_path"),
            # The bytes of an upload: inbox.actions.uploads
            models.Index(
                fields=["organization", "sha256"],
                condition=Q(direction="outbound"),
                name="media_outbound_file",
            ),
            # Attachments that were never sent: inbox.actions.media_tidy
            models.Index(
                fields=["touched_at"],
                condition=Q(direction="outbound", message=None),
                name="media_unsent",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"media {self.pk}"


class MetaUpload(Claimable):
    """A file as one number has it at Meta. The row is the job of uploading it.

    Meta keeps an upload for 30 days and tells nobody when it forgets one: `uploaded_at` says from
    when on it is uploaded again.
    """

    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    sha256 = models.CharField(max_length=64)  # hex
    mime_type = models.CharField(max_length=120)
    meta_media_id = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=UploadState.choices, default=UploadState.PENDING)
    failure = models.JSONField(null=True, blank=True)  # as on a message: inbox.failures
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_number", "sha256", "mime_type"], name="upload_once"
            ),
        ]
        indexes: ClassVar = [
            # What the drain of uploads claims
            models.Index(fields=["id"], condition=Q(state="pending"), name="upload_waiting"),
        ]

    @override
    def __str__(self) -> str:
        return f"upload {self.pk}"
