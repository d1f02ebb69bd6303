"""Labels: what people sort conversations by; the `tags` of the REST contract."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization
from inbox.models.conversations import Conversation


class Colour(models.TextChoices):
    """Eight hues; each is an ink and a ground in tokens.css."""

    BRICK = "brick", _("Brick")
    AMBER = "amber", _("Amber")
    OLIVE = "olive", _("Olive")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    VIOLET = "violet", _("Violet")
    PINK = "pink", _("Pink")


class Label(models.Model):
    """A name and a colour. key: the name without case, so that "VIP" and "vip" are one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=50)
    key = models.CharField(max_length=150)  # folding makes up to three letters of one
    colour = models.CharField(max_length=8, choices=Colour.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key"], name="label_once"),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class Labelling(models.Model):
    """That a conversation has a label."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="labellings", db_index=False
    )
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="labellings")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "label"], name="labelling_once"),
        ]
