"""How far a number's connection to Meta has come, step by step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.models.numbers import PhoneNumber


class StepState(models.TextChoices):
    """open: not tried yet. waiting: for somebody else. skipped: it is not needed."""

    OPEN = "open", _("Not yet")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Not needed")
    FAILED = "failed", _("Failed")


class SetupStep(models.Model):
    """One step of connecting a number (`CONNECT_STEPS`), as it stood when it was last tried.

    code: which sentence says so (`accounts.setup_words`). facts: what stands in the sentence;
    names, ids and words of Meta, never a secret.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, related_name="setup_steps")
    name = models.CharField(max_length=24)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.OPEN)
    code = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "name"], name="setup_step_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name}: {self.state}"
