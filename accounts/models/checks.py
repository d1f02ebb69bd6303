"""What the connection doctor found: a row for each check of a number, and when it looks again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from typing_extensions import override

from accounts.doctor.verdicts import Name, State
from accounts.models.numbers import PhoneNumber


def _choices(names: type[Name] | type[State]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in names]


class Checkup(models.Model):
    """When a number is looked at again. The row is its own job: due, leased, done.

    asked_at: somebody wants it now, and waits for it. rhythm: `facts.Rhythm` as JSON.
    """

    phone_number = models.OneToOneField(
        PhoneNumber, primary_key=True, on_delete=models.CASCADE, related_name="checkup"
    )
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=_choices(State), default=State.UNKNOWN.value)
    rhythm = models.JSONField(default=dict)  # {"hours": [168 numbers], "weeks": n}
    rhythm_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # What the drain claims: accounts.actions.checkups
            models.Index(fields=["due_at"], name="checkup_due"),
        ]

    @override
    def __str__(self) -> str:
        return f"checkup of {self.phone_number_id}: {self.state}"


class Check(models.Model):
    """What one check of a number found last. since: from when on it has said the same."""

    id = models.BigAutoField(primary_key=True)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, related_name="checks")
    name = models.CharField(max_length=24, choices=_choices(Name))
    state = models.CharField(max_length=8, choices=_choices(State))
    code = models.CharField(max_length=32)
    evidence = models.JSONField(default=dict)
    repair = models.CharField(max_length=24, blank=True)
    since = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["phone_number", "name"], name="check_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
