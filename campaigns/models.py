"""Campaigns and their recipients: rows are the queue, "completed" is counted and not set."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, Person, PhoneNumber
from campaigns.status import RecipientState, State, Status, status_of
from inbox.models import Contact, Message
from templates_app.models import MessageTemplate


class Campaign(models.Model):
    """One template to many people from one number. `hidden`: a broadcast, which no list shows.

    variables: the same for all, by the compiler's names; variables_map: of a variable to the field
    of the contact that fills it (`campaigns.personal.FIELDS`). segment: {tags, match}, resolved at
    launch. quiet_from, quiet_until: local times of the organization between which nothing is
    queued. pause_code, pause_reason: why it stopped by itself; both empty where a person did it.
    paid_until: the one moment of its pace (`campaigns.pace`). not_before, attempts: when the drain
    looks at it next, and how often in a row that has failed. There is no lease: a turn of the drain
    is one transaction that holds the row, and the lock dies with its process.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: that of the list begins with it.
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    name = models.CharField(max_length=120)
    hidden = models.BooleanField(default=False)
    template_name = models.CharField(max_length=512, blank=True)
    template_language = models.CharField(max_length=24, blank=True)
    template = models.ForeignKey(
        MessageTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    variables = models.JSONField(default=dict)
    variables_map = models.JSONField(default=dict)
    segment = models.JSONField(null=True, blank=True)

    state = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in State], default=State.DRAFT
    )
    pause_code = models.CharField(max_length=40, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Since then it has forgotten whom it was sent to.
    emptied_at = models.DateTimeField(null=True, blank=True)

    per_second = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(80)]
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    paid_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    created_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(per_second=None) | Q(per_second__range=(1, 80)),
                name="campaign_pace_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="campaign_quiet_has_two_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED) | Q(scheduled_at__isnull=False),
                name="campaign_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(state=State.LAUNCHED),
                name="campaign_finished_was_launched",
            ),
        ]
        indexes: ClassVar = [
            # The list, newest first: campaigns.queries.rows
            models.Index(fields=["organization", "-id"], name="campaign_list"),
            # What the drain looks for: campaigns.actions.turns
            models.Index(
                fields=["not_before"],
                condition=Q(state=State.LAUNCHED, finished_at=None),
                name="campaign_running",
            ),
            # What is due by its time: campaigns.actions.turns
            models.Index(
                fields=["scheduled_at"],
                condition=Q(state=State.SCHEDULED),
                name="campaign_scheduled",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"campaign {self.pk}"

    @property
    def status(self) -> Status:
        """What everybody calls its state."""
        return status_of(self.state, finished_at=self.finished_at)


class CampaignRecipient(models.Model):
    """Somebody who is to get it, once.

    to: E.164, or a BSUID; key: what all spellings of it share (`whatsapp.phone.canonical`).
    contact: who it turned out to be, the one that stands for the person; set when their turn
    came. message: the newest that was queued for them; a retry has another one. Where the person
    was erased, `to` is empty and `key` the row's own id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="recipients", db_index=False
    )
    to = models.CharField(max_length=160, blank=True)
    key = models.CharField(max_length=160)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True)  # for a contact who has none
    variables = models.JSONField(default=dict)
    reference = models.CharField(max_length=255, blank=True)
    state = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in RecipientState],
        default=RecipientState.PENDING,
    )
    skip_code = models.CharField(max_length=40, blank=True)
    skip_reason = models.CharField(max_length=300, blank=True)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "key"], name="recipient_address_once"),
            models.UniqueConstraint(fields=["campaign", "contact"], name="recipient_contact_once"),
            models.CheckConstraint(
                condition=(Q(state=RecipientState.SKIPPED) & ~Q(skip_code=""))
                | (~Q(state=RecipientState.SKIPPED) & Q(skip_code="")),
                name="recipient_skipped_has_reason",
            ),
        ]
        indexes: ClassVar = [
            # The page of recipients, in the order in which they were given: campaigns.queries
            models.Index(fields=["campaign", "id"], name="recipient_list"),
            # Whose turn is next: campaigns.actions.turns
            models.Index(
                fields=["campaign", "id"],
                condition=Q(state=RecipientState.PENDING),
                name="recipient_pending",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"recipient {self.pk}"
