"""What people write for each other beside a conversation."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Person
from inbox.models.conversations import Conversation

LONGEST: Final = 4096


class Note(models.Model):
    """A note of the team's: it stands in the thread and is never sent. Written once, not changed.

    author_name: as it was then; of a program, what its key is called. token: of the form or of
    the request that wrote it, which writes it once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=80)
    body = models.TextField(max_length=LONGEST)
    token = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "token"], name="note_once"),
        ]
        indexes: ClassVar = [
            # GET /conversations/{id}/notes, an export
            models.Index(fields=["conversation", "-created_at", "-id"], name="note_of_thread"),
        ]

    @override
    def __str__(self) -> str:
        return f"note {self.pk}"
