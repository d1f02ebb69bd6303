"""API keys, and the answers remembered for their `Idempotency-Key`s."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.people import Organization, Person


class ApiKey(models.Model):
    """A key of another system. Stored as the first characters and a SHA-256; shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="api_keys"
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, default="integration")  # integration, human, ai
    prefix = models.CharField(max_length=16)
    key_sha256 = models.CharField(max_length=64, unique=True)
    secret_sha256 = models.CharField(max_length=64, blank=True)  # set: a secret is required
    scopes = models.JSONField(default=list)
    services = models.JSONField(default=list)
    account_ids = models.JSONField(default=list)
    phone_number_ids = models.JSONField(default=list)
    user = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE)
    bot_id = models.UUIDField(null=True, blank=True)
    rate_per_minute = models.PositiveIntegerField(default=600)
    rate_per_hour = models.PositiveIntegerField(default=20_000)
    case = models.CharField(max_length=5, default="snake")
    profile = models.CharField(max_length=4, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="keys_made"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="api_key_name_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotencyRecord(models.Model):
    """One effect under one `Idempotency-Key`, written in the effect's own transaction.

    answer_status is null while the answer is not stored (the process died, or it was a 5xx): then
    the answer is built from the object that was made.
    """

    id = models.BigAutoField(primary_key=True)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    key = models.CharField(max_length=255)
    method_path = models.CharField(max_length=400)
    body_sha256 = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_body = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["api_key", "key"], name="idempotency_key_once"),
        ]
