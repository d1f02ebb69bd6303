"""When a business is open: a week in a zone, and the days that are different."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.people import Organization


class BusinessHours(models.Model):
    """A schedule. `accounts.opening` reads it: week is seven lists of [start, end] in minutes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="hours")
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    week = models.JSONField(default=list)
    # What counts where neither the team nor the number names a schedule.
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="hours_name_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="hours_default_once"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day with other hours than its weekday; none: closed."""

    id = models.BigAutoField(primary_key=True)
    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=80, blank=True)
    spans = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hours", "date"], name="holiday_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.date} {self.name}"
