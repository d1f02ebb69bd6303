"""Templates as Meta last described them, and what the last sync of each account found."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import BusinessAccount, Organization

APPROVED: Final = "APPROVED"
DELETED: Final = "DELETED"
AUTHENTICATION: Final = "AUTHENTICATION"


class MessageTemplate(models.Model):
    """One template in one language. Words in capitals are Meta's, kept as they came.

    not_sendable_reason: "status", or the compiler's obstacle ("dynamic_url"); see
    `templates_app.wording`. Empty exactly when `sendable`.
    status_at, quality_at, category_at: Meta's time of the newest word that came by webhook.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="templates"
    )
    account = models.ForeignKey(BusinessAccount, on_delete=models.CASCADE, related_name="templates")
    meta_template_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=24)
    category = models.CharField(max_length=64, blank=True)
    category_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=64)
    status_at = models.DateTimeField(null=True, blank=True)
    quality = models.CharField(max_length=64, default="UNKNOWN")
    quality_at = models.DateTimeField(null=True, blank=True)
    parameter_format = models.CharField(max_length=16, default="POSITIONAL")
    components = models.JSONField(default=list)
    body = models.TextField(blank=True)  # of the components, for lists and search
    rejected_reason = models.CharField(max_length=64, blank=True)
    # Meta's own words of the last decision: why, and what it recommends.
    explanation = models.TextField(blank=True, default="", db_default="")
    advice = models.TextField(blank=True, default="", db_default="")
    sendable = models.BooleanField(default=False)
    not_sendable_reason = models.CharField(max_length=80, blank=True, default="status")
    removed_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "name", "language"], name="template_name_and_language_once"
            ),
            models.CheckConstraint(
                condition=Q(status=DELETED, removed_at__isnull=False)
                | (~Q(status=DELETED) & Q(removed_at__isnull=True)),
                name="template_deleted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(sendable=True, status=APPROVED, not_sendable_reason="")
                | (Q(sendable=False) & ~Q(not_sendable_reason="")),
                name="template_sendable_or_reason",
            ),
        ]
        indexes: ClassVar = [
            # Finds the template that a webhook is about: templates_app.handlers
            models.Index(fields=["account", "meta_template_id"], name="template_of_meta"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class TemplateChange(models.Model):
    """One thing that happened to a template, for its history.

    what: made, edited, deleted, or the column that changed: status, quality, category; then
    before and after are Meta's words. reason: Meta's word beside a status. by: who, "" for Meta.
    """

    template = models.ForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    what = models.CharField(max_length=16)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [
            # The history of one template, newest first: templates_app.queries.details
            models.Index(fields=["template", "-at"], name="template_change_of"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.template_id} {self.what} {self.after}"


class TemplateDraft(models.Model):
    """What somebody typed of a template and Meta has not taken yet.

    template: the one that is being edited; None for a new one. typed: the fields of the form by
    name, as text. name and language are repeated from it for lists.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="template_drafts"
    )
    account = models.ForeignKey(
        BusinessAccount, on_delete=models.CASCADE, related_name="template_drafts"
    )
    template = models.OneToOneField(
        MessageTemplate, null=True, blank=True, on_delete=models.CASCADE, related_name="draft"
    )
    name = models.CharField(max_length=512, blank=True)
    language = models.CharField(max_length=24, blank=True)
    typed = models.JSONField(default=dict)
    by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # The drafts above the list: templates_app.queries.drafts
            models.Index(fields=["organization", "-updated_at"], name="template_drafts_of"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class TemplateReading(models.Model):
    """A sync that is going on. rows: how many of Meta's list have been read so far."""

    account = models.OneToOneField(
        BusinessAccount,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="template_reading",
    )
    began_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"{self.account_id} {self.rows}"


class TemplateSync(models.Model):
    """What the last sync of an account's templates found. error: a sentence, or empty.

    total: how many templates Meta listed. failed: how many of them could not be read.
    complete: every page was read; only then templates are marked as removed.
    """

    account = models.OneToOneField(
        BusinessAccount,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="template_sync",
    )
    finished_at = models.DateTimeField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    complete = models.BooleanField()
    error = models.TextField(blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.account_id} {self.finished_at}"
