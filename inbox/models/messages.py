"""Messages, their statuses and reactions."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, PhoneNumber
from inbox.message_status import Status
from inbox.models.claims import Claimable
from inbox.models.conversations import Conversation


class Lane(models.IntegerChoices):
    """People and the assistant go before campaigns."""

    CONVERSATION = 0
    CAMPAIGN = 1


class Message(Claimable):
    """One message, in or out. An outbound one is its own job in the outbox.

    `content` is frozen: exactly what the customer saw ({header, media, body, footer, buttons});
    `payload` is the Graph content it was compiled to. `at` orders the thread: Meta's time for
    inbound, ours for outbound. `id` orders the outbox: it is taken under the conversation's lock.
    `reply_to_wamid` is the target's own id once that is here; until then the name that all ids of
    it share (`whatsapp.ids.shared_name`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of their own: those below begin with them, and a planner that took the plain one of
    # the number for a look-up by wamid read every message of it (seen on a fresh PostgreSQL).
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, db_index=False)
    wamid = models.CharField(max_length=512, null=True, blank=True)  # noqa: DJ001 unknown until accepted
    direction = models.CharField(max_length=8)
    type = models.CharField(max_length=16)
    status = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Status])
    status_rank = models.PositiveSmallIntegerField(default=0)
    sender_type = models.CharField(max_length=10)
    sender_id = models.UUIDField(null=True, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)

    content = models.JSONField(default=dict)
    details = models.JSONField(default=dict)  # what only this kind has: location, cards, order, …
    payload = models.JSONField(null=True, blank=True)
    raw = models.JSONField(null=True, blank=True)  # of kinds we cannot show, for admins
    template_name = models.CharField(max_length=512, blank=True)
    template_language = models.CharField(max_length=12, blank=True)
    template_category = models.CharField(max_length=16, blank=True)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    reply_to_wamid = models.CharField(max_length=512, blank=True)
    forwarded = models.BooleanField(default=False)

    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.CONVERSATION)
    valid_until = models.DateTimeField(null=True, blank=True)
    # Sending later. `plan`: inbox.schedule.Plan, and the fallback template under `fallback`.
    scheduled_at = models.DateTimeField(null=True, blank=True)
    plan = models.JSONField(null=True, blank=True)
    hold = models.JSONField(null=True, blank=True)  # {code}: why a person is asked (`held`)
    # Until then it is taken back without a trace; `undo`: what a take-back restores.
    undo_until = models.DateTimeField(null=True, blank=True)
    undo = models.JSONField(null=True, blank=True)
    # False: not in the thread, because its time has not come or because it was undone.
    in_thread = models.BooleanField(default=True, db_default=True)
    # Unconfirmed since, while a status of Meta's may still settle it; then people are asked.
    silent_since = models.DateTimeField(null=True, blank=True)
    owner_epoch = models.PositiveIntegerField(null=True, blank=True)  # of AI texts
    turn_id = models.UUIDField(null=True, blank=True)
    campaign_id = models.UUIDField(null=True, blank=True)
    form_token = models.UUIDField(null=True, blank=True)  # the page's one-use token
    reference = models.CharField(max_length=255, blank=True)
    # A file of it is not at Meta yet: it is not claimed, and what is behind it waits.
    awaits_files = models.BooleanField(default=False)
    # Meta did not know its files any more, once: they were uploaded again.
    files_renewed = models.BooleanField(default=False)
    retry_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="retries"
    )
    failure = models.JSONField(null=True, blank=True)
    failure_at = models.DateTimeField(null=True, blank=True)  # Meta's time of the status it is from
    pricing = models.JSONField(null=True, blank=True)
    pricing_at = models.DateTimeField(null=True, blank=True)

    at = models.DateTimeField()
    arrived_late = models.BooleanField(default=False)
    meta_timestamp = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    played_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_number", "wamid"],
                condition=Q(wamid__isnull=False),
                name="message_wamid_once",
            ),
            # The race of two lanes of one conversation (measured) ends here at the latest.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status=Status.SENDING),
                name="message_one_in_flight",
            ),
            models.UniqueConstraint(
                fields=["conversation", "sender_id", "form_token"],
                condition=Q(form_token__isnull=False),
                name="message_form_token_once",
            ),
            models.UniqueConstraint(
                fields=["turn_id"], condition=Q(turn_id__isnull=False), name="message_turn_once"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SENDING, claim_token__isnull=False)
                | ~Q(status=Status.SENDING),
                name="message_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.ACCEPTED, Status.SENT, Status.DELIVERED])
                | Q(wamid__isnull=False),
                name="message_accepted_has_wamid",
            ),
        ]
        indexes: ClassVar = [
            # The thread: inbox.queries.thread
            models.Index(fields=["conversation", "at", "id"], name="message_thread"),
            # The files of a thread: inbox.gallery
            models.Index(
                fields=["conversation", "at", "id"],
                condition=Q(type__in=["image", "video", "audio", "voice", "document", "sticker"]),
                name="message_with_file",
            ),
            # "Failed sends", the view and its count: inbox.list_views.in_view
            models.Index(
                fields=["conversation", "created_at"],
                condition=Q(status__in=[Status.FAILED, Status.UNCONFIRMED]),
                name="message_failed",
            ),
            # The claim of the outbox, per number
            models.Index(
                fields=["phone_number", "lane", "id"],
                condition=Q(status=Status.QUEUED),
                name="message_queued_of_number",
            ),
            # "earlier in its lane" of the claim, and the cancelling of AI texts
            models.Index(
                fields=["conversation", "lane", "id"],
                condition=Q(status=Status.QUEUED),
                name="message_queued_of_thread",
            ),
            # What is due by its time: inbox.actions.firing.fire_due
            models.Index(
                fields=["scheduled_at"],
                condition=Q(status=Status.SCHEDULED),
                name="message_scheduled",
            ),
            # What waits for its time or for a person, above the composer: inbox.waiting_list
            models.Index(
                fields=["conversation", "scheduled_at"],
                condition=Q(status__in=[Status.SCHEDULED, Status.HELD]),
                name="message_waits_in_thread",
            ),
            # Whom an upload may have freed: inbox.actions.uploads
            models.Index(
                fields=["phone_number"],
                condition=Q(awaits_files=True),
                name="message_awaits_files",
            ),
            # The reconciler: leases that ran out
            models.Index(
                fields=["lease_until"],
                condition=Q(status=Status.SENDING),
                name="message_sending_lease",
            ),
            # The reconciler: what nobody has been asked about yet
            models.Index(
                fields=["silent_since"],
                condition=Q(status=Status.UNCONFIRMED, silent_since__isnull=False),
                name="message_silent",
            ),
            # What came before its message: inbox.actions.waiting
            models.Index(
                fields=["phone_number", "reply_to_wamid"],
                condition=Q(reply_to=None) & ~Q(reply_to_wamid=""),
                name="message_waits_for",
            ),
            # When and where a template was sent last: inbox.template_uses
            models.Index(
                fields=["template_name", "template_language", "-at"],
                condition=~Q(template_name=""),
                name="message_of_template",
            ),
            # What of a campaign is under way, and what it has sent to whom: campaigns.actions.turns
            models.Index(
                fields=["campaign_id", "status"],
                condition=Q(campaign_id__isnull=False),
                name="message_of_campaign",
            ),
            # GET /messages: newest first
            models.Index(fields=["organization", "-id"], name="message_of_organization"),
            models.Index(
                F("organization"),
                F("reference"),
                condition=~Q(reference=""),
                name="message_reference",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def asks_a_person(self) -> bool:
        """Whether nobody can know any more if it went: a person decides what to do."""
        return self.status == Status.UNCONFIRMED and self.silent_since is None

    @property
    def shown_status(self) -> str:
        """Its status for people: what may still settle itself is under way."""
        waits = self.status == Status.UNCONFIRMED and self.silent_since is not None
        return Status.SENDING if waits else self.status


class SendAttempt(models.Model):
    """One call to Meta for a message, and what came of it: for whoever asks what happened.

    outcome: accepted, refused, not_sent, unknown. code: Meta's, where it refused.
    """

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="send_attempts")
    at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=8)
    code = models.IntegerField(null=True, blank=True)
    text = models.CharField(max_length=500, blank=True)


class StatusEvent(models.Model):
    """Every status Meta reported, whatever the order; the message shows the highest."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="status_events")
    status = models.CharField(max_length=32)
    participant = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    error = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "status", "participant", "at"], name="status_event_once"
            ),
        ]


OLD_REACTION: Final = "old_reaction"
"""A `PendingStatus` that is none: a reaction in imported history that came before its message."""


class PendingStatus(models.Model):
    """A status that came before its message had a row or a wamid; applied when it has.

    Or a reaction of imported history (`OLD_REACTION`): data then says whose and which.
    """

    id = models.BigAutoField(primary_key=True)
    phone_number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE)
    wamid = models.CharField(max_length=512)
    status = models.CharField(max_length=32)
    participant = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["phone_number", "wamid", "status", "participant", "at"],
                name="pending_status_once",
            ),
        ]


class Reaction(models.Model):
    """An emoji of one side on a message; its target may arrive later (message is then null).

    target_wamid: the target's own id once that is here, until then the name that its ids share.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    target_wamid = models.CharField(max_length=512)
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.CASCADE, related_name="reactions"
    )
    by = models.CharField(max_length=10)  # contact, agent
    # In a group, whose: their number or user id. "" where there is only one customer.
    who = models.CharField(max_length=160, blank=True)
    emoji = models.CharField(max_length=32, blank=True)  # empty: taken back
    # Of ours: the message that brings it to the customer; its status is that of the reaction.
    carrier = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "target_wamid", "by", "who"], name="reaction_once"
            ),
        ]
