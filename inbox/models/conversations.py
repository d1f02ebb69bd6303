"""Conversations, and what people keep beside them: read marks, drafts, suggestions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, Person, PhoneNumber, Team
from inbox.models.contacts import Contact, Identity
from inbox.ownership import STATES, Handoff, Mode, Ownership
from inbox.sight import Holder
from inbox.window import Window


class ConversationStatus(models.TextChoices):
    """open: we owe work; pending_customer: we wait for the customer."""

    OPEN = "open"
    PENDING_CUSTOMER = "pending_customer"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Conversation(models.Model):
    """One thread per (phone number, contact), for ever; closing and reopening make no new row.

    Three separate axes: `status`; the owner (`mode`, `handoff_state`, `owner_epoch`); the window.
    The `last_…` fields repeat the newest message, so that the list is one query. `identity_at`,
    `window_closed_at` and `observed_at` are Meta's times of what decided: the newest wins, in
    whatever order it arrives.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # It and `assignee` have no index of their own: those of the list begin with them.
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE)
    identity = models.ForeignKey(Identity, null=True, blank=True, on_delete=models.SET_NULL)
    identity_at = models.DateTimeField(null=True, blank=True)
    group_id = models.CharField(max_length=128, blank=True)

    status = models.CharField(
        max_length=16, choices=ConversationStatus.choices, default=ConversationStatus.OPEN
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    # When a snooze ended by its time; until somebody writes, closes it or snoozes it again.
    woken_at = models.DateTimeField(null=True, blank=True)
    mode = models.CharField(max_length=5, default=Mode.HUMAN)
    handoff_state = models.CharField(max_length=9, default=Handoff.NONE)
    handoff_reason = models.CharField(max_length=24, blank=True)
    handoff_reasons = models.JSONField(default=list)
    handoff_requested_at = models.DateTimeField(null=True, blank=True)
    handoff_requested_by = models.CharField(max_length=12, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned",
        db_index=False,
    )
    # Whose it is beside the assignee; both may be set.
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    owned_by_phone = models.BooleanField(default=False)
    last_assignee_id = models.UUIDField(null=True, blank=True)
    owner_epoch = models.PositiveIntegerField(default=0)
    ai_hold_until = models.DateTimeField(null=True, blank=True)
    return_note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    window_opened_at = models.DateTimeField(null=True, blank=True)
    window_closed_at = models.DateTimeField(null=True, blank=True)  # Meta refused a text: 131047
    free_entry_point_expires_at = models.DateTimeField(null=True, blank=True)
    observed = models.BooleanField(default=False)  # another app owns the thread at Meta
    observed_at = models.DateTimeField(null=True, blank=True)

    last_message_id = models.UUIDField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_message_preview = models.CharField(max_length=160, blank=True)
    last_message_direction = models.CharField(max_length=8, blank=True)
    last_message_type = models.CharField(max_length=16, blank=True)
    last_inbound_id = models.UUIDField(null=True, blank=True)
    last_inbound_wamid = models.CharField(max_length=512, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    last_outbound_at = models.DateTimeField(null=True, blank=True)
    last_queued_id = models.UUIDField(null=True, blank=True)
    last_activity_at = models.DateTimeField()
    pair_paid_until = models.DateTimeField(null=True, blank=True)  # see inbox.pacing.PAIR
    receipt_due_wamid = models.CharField(max_length=512, blank=True)  # blue ticks still to be sent
    receipt_typing = models.BooleanField(default=False)  # and "typing" with them
    typing_told_at = models.DateTimeField(null=True, blank=True)  # Meta shows it for 25 s
    message_count = models.PositiveIntegerField(default=0)
    inbound_count = models.PositiveIntegerField(default=0)  # unread = this - what a person has seen
    seen_count = models.PositiveIntegerField(default=0)  # what anybody has seen
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_number", "contact"],
                condition=Q(group_id=""),
                name="conversation_once",
            ),
            models.UniqueConstraint(
                fields=["phone_number", "group_id"],
                condition=~Q(group_id=""),
                name="conversation_of_group_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    *(Q(mode=mode, handoff_state=handoff) for mode, handoff in STATES),
                    _connector=Q.OR,
                ),
                name="conversation_owner_states",
            ),
            models.CheckConstraint(
                condition=Q(mode=Mode.HUMAN) | Q(assignee=None, owned_by_phone=False),
                name="conversation_ai_has_no_assignee",
            ),
        ]
        indexes: ClassVar = [
            # A search over everything, and GET /conversations: inbox.queries.list_page
            models.Index(
                fields=["organization", "-last_activity_at", "-id"], name="conversation_list"
            ),
            # "Mine": inbox.list_views.in_view, as the six below; each one counts its view, too
            models.Index(
                fields=["assignee", "-last_activity_at", "-id"], name="conversation_of_assignee"
            ),
            # "All open", and what of it is unread: inbox.list_views.unread_by
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=~Q(status="closed"),
                name="conversation_live",
            ),
            # "Closed"
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=Q(status="closed"),
                name="conversation_closed",
            ),
            # "Snoozed"
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=Q(status="snoozed"),
                name="conversation_snoozed",
            ),
            # What comes back: inbox.actions.snoozing
            models.Index(
                fields=["snoozed_until"],
                condition=Q(status="snoozed"),
                name="conversation_comes_back",
            ),
            # "Waiting for a person"
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=~Q(status="closed")
                & Q(handoff_state__in=[Handoff.REQUESTED, Handoff.QUEUED]),
                name="conversation_waiting",
            ),
            # "Unassigned"
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=~Q(status="closed")
                & Q(mode=Mode.HUMAN, assignee=None, owned_by_phone=False),
                name="conversation_unassigned",
            ),
            # "With the assistant"
            models.Index(
                fields=["organization", "-last_activity_at", "-id"],
                condition=~Q(status="closed") & Q(mode=Mode.AI),
                name="conversation_with_ai",
            ),
            # What the receipts drain looks for
            models.Index(
                fields=["phone_number"],
                condition=~Q(receipt_due_wamid=""),
                name="conversation_receipt_due",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"conversation {self.pk}"

    @property
    def window(self) -> Window:
        """The customer service window as a value."""
        return Window(self.window_opened_at)

    @property
    def ownership(self) -> Ownership:
        """The owner's fields as a value."""
        return Ownership(
            Mode(self.mode),
            Handoff(self.handoff_state),
            self.owner_epoch,
            self.assignee_id,
            self.owned_by_phone,
        )

    @property
    def holder(self) -> Holder:
        """Whose it is, as a value: who sees it depends on that."""
        return Holder(
            self.assignee_id,
            self.team_id,
            closed=self.status == ConversationStatus.CLOSED,
            last_assignee_id=self.last_assignee_id,
        )


class CallStep(models.Model):
    """A call that began or ended, told once. event: Meta's word."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="call_steps", db_index=False
    )
    call_id = models.CharField(max_length=512)
    event = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "call_id", "event"], name="call_step_once"
            ),
        ]


class ReadMark(models.Model):
    """How much of a conversation one person has seen: unread = inbound_count - seen_count."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    seen_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "person"], name="read_mark_once"),
        ]


class Draft(models.Model):
    """What a person has typed and not sent; an empty editor never overwrites it by accident."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    text = models.TextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "person"], name="draft_once"),
        ]


class Suggestion(models.Model):
    """A text of the assistant that was refused: offered to the person, never sent by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="suggestions"
    )
    text = models.TextField()
    reason = models.CharField(max_length=24)
    epoch = models.PositiveIntegerField()
    message_id = models.UUIDField(null=True, blank=True)  # the cancelled row it was
    dismissed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
