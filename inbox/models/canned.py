"""Canned replies: texts that are written once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, Person, Team


class CannedReply(models.Model):
    """A text with variables, called by its shortcut. With a team or an owner it is theirs alone.

    shortcut_key: without case. scope: "all", "team:<id>" or "person:<id>", for the constraint.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="canned_replies"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE)
    scope = models.CharField(max_length=48, default="all")
    shortcut = models.CharField(max_length=30)
    shortcut_key = models.CharField(max_length=90)  # folding makes up to three letters of one
    title = models.CharField(max_length=80)
    text = models.TextField()
    folder = models.CharField(max_length=50, blank=True)
    uses = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "scope", "shortcut_key"],
                condition=Q(deleted_at=None),
                name="canned_shortcut_once",
            ),
            models.CheckConstraint(condition=Q(team=None) | Q(owner=None), name="canned_one_scope"),
        ]

    @override
    def __str__(self) -> str:
        return self.shortcut
