"""One of everything that an address can name, in the shop of the cast."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.models import Person
from inbox import outgoing
from inbox.actions.importing import import_file, import_outbound
from inbox.message_status import Status
from inbox.models import Media, MergeSuggestion, Suggestion
from templates_app.actions import save_draft
from templates_app.models import MessageTemplate
from tests.cast import PAYLOADS, Cast, a_conversation, by
from webhooks.models import DeadLetter, Delivery

ANY_FILE = PAYLOADS / "inbound" / "text.json"


@dataclass(frozen=True)
class World:
    """ids: what the parts of addresses stand for. people: who asks, by column of the table."""

    ids: dict[str, UUID]
    people: dict[str, Person | None]


def a_world(cast: Cast) -> World:
    """A conversation that Amina answered in vain, a dead letter, a key, a number, a colleague."""
    conversation = a_conversation(cast.number, assigned_to=cast.amina)
    sent = import_outbound(
        conversation.pk,
        outgoing.text("Hello Dora"),
        by=by(cast.amina),
        at=timezone.now(),
        status=Status.FAILED,
        wamid="wamid.failed",
    )
    suggestion = Suggestion.objects.create(
        conversation=conversation,
        text="May I help?",
        reason="stale",
        epoch=1,
        created_at=timezone.now(),
    )
    somebody = a_conversation(cast.number, wa_id="12025550177", name="Dora again").contact
    assert conversation.contact
    assert somebody
    hint = MergeSuggestion.objects.create(
        organization=cast.organization,
        one=conversation.contact,
        other=somebody,
        reason="own_card",
    )
    key = create_key(cast.organization.pk, name="Web shop", by=by(cast.ada), at=timezone.now()).row
    return World(
        ids={
            "conversation_id": conversation.pk,
            "message_id": sent.pk,
            "suggestion_id": suggestion.pk,
            "media_id": a_file(cast, sent.pk).pk,
            "letter_id": a_dead_letter(cast).pk,
            "number_id": cast.number.pk,
            "key_id": key.pk,
            "person_id": cast.ben.pk,
            "contact_id": conversation.contact.pk,
            "other_contact_id": somebody.pk,
            "merge_suggestion_id": hint.pk,
            **a_template_and_a_draft(cast),
        },
        people={
            "anonymous": None,
            "agent": cast.amina,
            "supervisor": cast.sara,
            "admin": cast.ada,
            "stranger": cast.eve,
        },
    )


def a_template_and_a_draft(cast: Cast) -> dict[str, UUID]:
    """An approved template that was never synced, and the beginnings of another."""
    template = MessageTemplate.objects.create(
        organization=cast.organization,
        account=cast.account,
        name="we_open",
        language="en_US",
        category="UTILITY",
        status="APPROVED",
        components=[{"type": "BODY", "text": "We are open."}],
        body="We are open.",
        sendable=True,
        not_sendable_reason="",
    )
    draft = save_draft(
        cast.account, {"name": "we_close"}, draft=None, by=by(cast.sara), at=timezone.now()
    )
    return {"template_id": template.pk, "draft_id": draft.pk}


def a_file(cast: Cast, message_id: UUID) -> Media:
    """A document of the conversation whose bytes are there."""
    media = Media.objects.create(
        organization=cast.organization,
        phone_number=cast.number,
        message_id=message_id,
        kind="document",
    )
    import_file(media.pk, ANY_FILE)
    return media


def a_dead_letter(cast: Cast) -> DeadLetter:
    """An item of this organization that could not be applied."""
    delivery = Delivery.objects.create(
        body=b"{}", secret_fingerprint=uuid4().hex[:16], received_at=timezone.now()
    )
    return DeadLetter.objects.create(
        organization=cast.organization, delivery=delivery, path="", raw=b"{}", reason="unreadable"
    )
