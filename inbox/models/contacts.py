"""People who write in, and the addresses they write from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization


class Contact(models.Model):
    """A person. The phone may be unknown: since 2026 a webhook need not carry one.

    `name` is what our people wrote; `profile_name` is what WhatsApp sends, kept apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.CharField(max_length=120, blank=True)
    profile_name = models.CharField(max_length=255, blank=True)
    username = models.CharField(max_length=80, blank=True)  # a label, never a key
    phone = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 unknown is not ""
    language = models.CharField(max_length=12, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)  # marketing only
    blocked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    @override
    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The best label there is: our name, WhatsApp's, the username, the number."""
        handle = f"@{self.username}" if self.username else ""
        return self.name or self.profile_name or handle or self.phone or str(_("Unknown"))


class IdentityKind(models.TextChoices):
    """Kinds of address. A BSUID is scoped to the business portfolio."""

    WA_ID = "wa_id"
    BSUID = "bsuid"
    PARENT_BSUID = "parent_bsuid"


class Identity(models.Model):
    """One address of a contact. A conversation answers the one that wrote.

    canonical: the same for all written forms of one number (Brazil, Mexico, Argentina), see
    `whatsapp.phone.canonical`; for other kinds the value itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=IdentityKind.choices)
    value = models.CharField(max_length=160)
    canonical = models.CharField(max_length=160)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "kind", "value"], name="identity_once"),
        ]
        indexes: ClassVar = [
            # Finding the contact behind another form of the same number.
            models.Index(fields=["organization", "kind", "canonical"], name="identity_canonical"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} of {self.contact_id}"
