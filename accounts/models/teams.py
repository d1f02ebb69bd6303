"""Teams: who belongs together, and sees and answers the same conversations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from typing_extensions import override

from accounts.ids import new_id
from accounts.models.hours import BusinessHours
from accounts.models.people import Organization, Person


class Team(models.Model):
    """Some people of an organization. Conversations and numbers name a team as theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    business_hours = models.ForeignKey(
        BusinessHours, null=True, blank=True, on_delete=models.SET_NULL, related_name="teams"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "name"], name="team_name_once"),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """That a person belongs to a team; somebody may belong to several."""

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "person"], name="team_member_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"
