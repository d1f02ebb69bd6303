"""How soon customers are to be answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.numbers import PhoneNumber
from accounts.models.people import Organization
from accounts.models.teams import Team


class SlaTarget(models.Model):
    """Minutes for the conversations of a team, a number, both, or (neither) all the others.

    None: no target of this kind.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="targets")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    phone_number = models.ForeignKey(PhoneNumber, null=True, blank=True, on_delete=models.CASCADE)
    # "<team>/<number>", a dash for none: NULLs differ from each other, so no constraint sees them.
    scope = models.CharField(max_length=80)
    first_reply_minutes = models.PositiveIntegerField(null=True, blank=True)
    next_reply_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    in_business_hours = models.BooleanField(default=True)  # else every hour counts
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "scope"], name="target_scope_once"),
            models.CheckConstraint(
                condition=Q(first_reply_minutes__isnull=False)
                | Q(next_reply_minutes__isnull=False)
                | Q(resolution_minutes__isnull=False),
                name="target_of_something",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"target {self.scope}"
