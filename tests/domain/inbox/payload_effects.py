"""What each example webhook leaves behind in an empty shop: the table, and a look at it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.utils import timezone

from accounts.models import Event
from inbox.models import Contact, Conversation, Media, Message, PendingStatus, Reaction
from webhooks.models import DeadLetter


@dataclass(frozen=True)
class Effect:
    """What a body leaves behind in an empty shop.

    rows: "in text" or "out image", oldest first. unread: of somebody who has seen nothing.
    parked: statuses whose message is not there. letters: reasons of dead letters. windows: how
    many conversations may be answered.
    """

    rows: list[str] = field(default_factory=list)
    unread: int = 0
    windows: int = 0
    contacts: int = 0
    parked: list[str] = field(default_factory=list)
    reactions: int = 0
    files: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def writes(kind: str, **more) -> Effect:
    """The customer wrote one message: a row, a contact, unread, an open window, an event."""
    usual = Effect(
        rows=[f"in {kind}"], unread=1, windows=1, contacts=1, events=["message.received"]
    )
    return replace(usual, **more)


def a_line(kind: str) -> Effect:
    """Something about a message that is not here: a neutral line, which counts as nothing."""
    return writes(kind, unread=0, windows=0, events=["message.changed"])


def file_of(kind: str, state: str = "pending") -> Effect:
    return writes(kind, files=[state])


def parked(*words: str) -> Effect:
    return Effect(parked=list(words))


# Listed under the numbers, in words; an ended or banned account also stops sending.
NOTICE = Effect(events=["account.notice"])
ENDED = Effect(events=["account.notice", "number.changed"])

EFFECTS: dict[str, Effect] = {
    "account_alerts": NOTICE,
    "account_update_disabled": NOTICE,
    "account_update_offboarded": ENDED,
    "account_update_partner_removed": ENDED,
    "account_update_restriction": NOTICE,
    "app_state_sync": NOTICE,  # names of contacts that are not there
    "audio": file_of("audio"),
    "batch_duplicate_in_one_post": writes("text"),
    "batch_mixed": Effect(
        rows=["in text"] * 4,
        unread=4,
        windows=3,
        contacts=3,
        parked=["delivered", "delivered", "failed", "read", "read", "sent", "sent"],
        reactions=1,
        events=["message.received"] * 4,
    ),
    "batch_with_poison_item": Effect(
        rows=["in text"] * 3,
        unread=3,
        windows=2,
        contacts=2,
        parked=["delivered"],
        letters=[
            "id is missing or not a string",
            "id is missing or not a string",
            "message is not an object",
            "value is not an object",
        ],
        events=["message.received"] * 3,
    ),
    "business_capability": NOTICE,
    "button_template_quick_reply": writes("button"),
    "button_without_context": writes("button"),
    "call_connect": Effect(windows=1, contacts=1, events=["call.connected"]),
    "call_terminate_missed": Effect(unread=1, windows=1, contacts=1, events=["call.missed"]),
    "contacts": writes("contacts"),
    "contacts_request_answer": writes("contacts"),
    "dashboard_test_event": NOTICE,
    "deep_nesting": writes("unsupported"),
    "document": file_of("document"),
    "echo_bsuid_only": Effect(rows=["out text"], contacts=1, events=["message.queued"]),
    "echo_edit_and_revoke": Effect(  # of messages that are not there: a neutral line
        rows=["out edit", "out revoke"], contacts=1, events=["message.changed"] * 2
    ),
    "echo_image": Effect(
        rows=["out image"], contacts=1, files=["pending"], events=["message.queued"]
    ),
    "echo_text": Effect(rows=["out text"], contacts=1, events=["message.queued"]),
    "edit": a_line("edit"),
    "errors_without_message": NOTICE,
    "group_text": writes("text"),
    "handover_control_passed": Effect(contacts=1, events=["conversation.routed"]),
    "history_chunk": Effect(
        rows=["in text", "out text", "in media_placeholde", "in text", "out text"],
        contacts=2,
        events=["account.notice"],
    ),
    "history_declined": NOTICE,
    "history_media": Effect(
        rows=["in image", "out document"], contacts=1, files=["pending", "pending"]
    ),
    "image_caption": file_of("image"),
    "image_download_failed": file_of("image", "failed"),
    "interactive_button_reply": writes("interactive"),
    "interactive_flow_reply": writes("interactive"),
    "interactive_flow_reply_invalid_json": writes("interactive"),
    "interactive_list_reply": writes("interactive"),
    "interactive_without_body": writes("unsupported"),
    "location": writes("location"),
    "location_current": writes("location"),
    "message_with_lone_surrogate": writes("text"),
    "message_with_nul_character": writes("text"),
    "order": writes("order"),
    "phone_name": NOTICE,
    "phone_quality": ENDED,
    "reaction": Effect(contacts=1, reactions=1),
    "reaction_removed_empty": Effect(contacts=1),
    "reaction_removed_missing": Effect(contacts=1),
    "referral_ctwa_ad": writes("text"),
    "revoke": a_line("revoke"),
    "standby": Effect(
        rows=["in text", "out text"],
        unread=1,
        windows=1,
        contacts=1,
        events=["message.queued", "message.received", "message.status"],
    ),
    "status_bsuid_only": parked("delivered"),
    "status_delivered": parked("delivered"),
    "status_failed_131026": parked("failed"),
    "status_failed_131047": parked("failed"),
    "status_failed_131049": parked("failed"),
    "status_failed_132015": parked("failed"),
    "status_group_aggregated": parked("delivered", "read"),
    "status_out_of_order": parked("delivered", "read", "sent"),
    "status_played": parked("played"),
    "status_pricing_free_entry_point": parked("sent"),
    "status_pricing_pmp_service": parked("sent"),
    "status_read": parked("read"),
    "status_sent": parked("sent"),
    "status_unknown_value": parked("warning"),
    "status_with_opaque": parked("sent"),
    "sticker_animated": file_of("sticker"),
    # Of customers we have never met: what they wrote before may come later.
    "system_number_changed": Effect(contacts=1, events=["account.notice"]),
    "system_user_id_changed": Effect(contacts=1, events=["account.notice"]),
    "template_category": Effect(events=["account.notice"] * 2),  # of two templates
    "template_components": NOTICE,
    "template_quality": NOTICE,
    "template_status_approved": NOTICE,
    "template_status_paused": NOTICE,
    "template_status_pending_deletion": NOTICE,
    "template_status_rejected": NOTICE,
    "text": writes("text"),
    "text_brazil_without_ninth_digit": writes("text"),
    "text_bsuid_and_phone": writes("text"),
    "text_bsuid_in_from": writes("text"),
    "text_bsuid_without_phone": writes("text"),
    "text_empty_profile_name": writes("text"),
    "text_forwarded": writes("text"),
    "text_reply": writes("text"),
    "text_unicode": writes("text"),
    "unknown_type": writes("unsupported"),
    "unsupported": writes("unsupported"),
    "unsupported_edit": writes("unsupported"),
    "user_preferences_stop": Effect(contacts=1, events=["contact.consent_changed"]),
    "voice": file_of("voice"),
}
DIRECTIONS = {"inbound": "in", "outbound": "out"}


def effect() -> Effect:
    """What is there now."""
    threads = list(Conversation.objects.all())
    return Effect(
        rows=[
            f"{DIRECTIONS[row.direction]} {row.type}"
            for row in Message.objects.order_by("created_at", "id")
        ],
        unread=sum(one.inbound_count for one in threads),
        windows=sum(one.window.is_open(timezone.now()) for one in threads),
        contacts=Contact.objects.count(),
        parked=sorted(PendingStatus.objects.values_list("status", flat=True)),
        reactions=Reaction.objects.exclude(emoji="").count(),
        files=[one.state for one in Media.objects.order_by("id")],
        letters=sorted(DeadLetter.objects.values_list("reason", flat=True)),
        events=sorted(Event.objects.values_list("kind", flat=True)),
    )
