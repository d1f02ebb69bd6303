"""The audit log: who did what, when and from where, each row chained to the one before it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.people import Organization


class AuditEvent(models.Model):
    """One administrative act. Ids and codes only: names are looked up when the row is read.

    Rows are added by `accounts.audit` alone. Triggers of the database refuse to change one, and to
    remove one that no row of kind `audit.cut` covers. On SQLite a migration that alters this table
    makes it anew, without its triggers: it has to put them back (0007_audit_log).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    number = models.BigIntegerField()  # 1, 2, 3, … in its organization, without a gap
    kind = models.CharField(max_length=48)
    at = models.DateTimeField()
    actor_type = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True, blank=True)
    key_id = models.UUIDField(null=True, blank=True)  # the API key a person acted with
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=24, blank=True)
    conversation = models.UUIDField(null=True, blank=True)
    ids = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    # Of kind `audit.cut`: rows up to this number may go.
    cut_through = models.BigIntegerField(null=True, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "number"], name="audit_number_once"),
        ]
        indexes: ClassVar = [
            # The page's filters, newest first; and whether a key's use is known already
            models.Index(fields=["organization", "actor_id", "-number"], name="audit_of_actor"),
            models.Index(fields=["organization", "kind", "-number"], name="audit_of_kind"),
            models.Index(fields=["organization", "at"], name="audit_of_day"),
            # The trigger's question for each row that goes
            models.Index(
                fields=["organization", "cut_through"],
                condition=Q(cut_through__isnull=False),
                name="audit_cuts",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
