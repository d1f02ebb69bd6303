"""People who write in, and the addresses they write from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization

LONGEST_CHAIN = 20
"""Steps followed from a merged contact to the one that stands for it, from an identity to what it
became."""


class Contact(models.Model):
    """A person. The phone may be unknown: since 2026 a webhook need not carry one.

    `name` is what our people wrote; `profile_name` is what WhatsApp sends, kept apart. Meta's times
    of what it told (`…_at`, `consent_at`) let the newest win, in whatever order it arrives.
    `merged_into`: another contact is the same person, somebody said; nothing is moved for it, so
    that it can be undone. Chains happen, circles do not (`inbox.actions.merging`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    name = models.CharField(max_length=120, blank=True)
    profile_name = models.CharField(max_length=255, blank=True)
    profile_name_at = models.DateTimeField(null=True, blank=True)
    username = models.CharField(max_length=80, blank=True)  # a label, never a key
    username_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 unknown is not ""
    language = models.CharField(max_length=12, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)  # marketing only
    consent_at = models.DateTimeField(null=True, blank=True)  # of the last choice, either way
    blocked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="contact_not_into_itself"
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.shown_name

    @property
    def survivor(self) -> Contact:
        """The contact that stands for this person: itself, unless it was merged into another.

        One query for each step of a chain that was not read along (`contact__merged_into`).
        """
        one = self
        for _step in range(LONGEST_CHAIN):
            if one.merged_into is None:
                break
            one = one.merged_into
        return one

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
    `whatsapp.phone.canonical`; for other kinds the value itself. replaced_by: what Meta says it
    became, at replaced_at; the row stays, for late messages carry it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=IdentityKind.choices)
    value = models.CharField(max_length=160)
    canonical = models.CharField(max_length=160)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
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

    @property
    def written(self) -> str:
        """As a receiver is named: a number in E.164, or the user id."""
        return f"+{self.value}" if self.kind == IdentityKind.WA_ID else self.value


class MergeSuggestion(models.Model):
    """Two contacts that Meta's identifiers call one person: people decide, nobody is merged.

    `one` has the smaller id, so that a pair is one row. `reason`: see `inbox.actions.merging`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    one = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    created_at = models.DateTimeField(auto_now_add=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="merge_suggestion_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.one_id} may be {self.other_id}"
