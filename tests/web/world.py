"""One of everything that an address can name, in the shop of the cast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.actions.hours import Schedule, create_hours
from accounts.actions.invitations import invite
from accounts.actions.keys import create_key
from accounts.actions.targets import Target, create_target
from accounts.actions.teams import create_team
from accounts.models import Person
from campaigns.actions.editing import Fields, create
from campaigns.actions.recipients import Row, add_recipients
from campaigns.models import CampaignRecipient
from inbox import outgoing
from inbox.actions import labels
from inbox.actions.canned import Reply, create_reply
from inbox.actions.importing import import_file, import_outbound
from inbox.message_status import Status
from inbox.models import ContactImport, Erasure, Export, Media, MergeSuggestion, Suggestion
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
    ada = by(cast.ada)
    at = timezone.now()
    team = create_team(cast.organization.pk, name="Sales", by=ada, at=at)
    asked = invite(cast.organization.pk, email="new@kettle.example", by=ada, at=at).row
    return World(
        ids={
            "team_id": team.pk,
            "invitation_id": asked.pk,
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
            **jobs_on_data(cast),
            **a_template_and_a_draft(cast),
            **a_campaign(cast),
        }
        | rooms(cast),
        people={
            "anonymous": None,
            "agent": cast.amina,
            "supervisor": cast.sara,
            "admin": cast.ada,
            "stranger": cast.eve,
        },
    )


def rooms(cast: Cast) -> dict[str, UUID]:
    """A schedule, a target, two labels, a canned reply."""
    how: dict[str, Any] = {"by": by(cast.ada), "at": timezone.now()}
    schedule = Schedule(name="Office", time_zone="UTC", week=((),) * 7)
    target = Target(first_reply_minutes=30, phone_number_id=cast.number.pk)
    one, other = labels.labels_named(cast.organization.pk, ["VIP", "Refund"], **how)
    return {
        "label_id": one.pk,
        "other_label_id": other.pk,
        "reply_id": create_reply(cast.organization.pk, Reply("hi", "Hi", "Hi!"), **how).pk,
        "hours_id": create_hours(cast.organization.pk, schedule, **how).pk,
        "target_id": create_target(cast.organization.pk, target, **how).pk,
    }


def jobs_on_data(cast: Cast) -> dict[str, UUID]:
    """An erasure that is done, an export of the admin's, and an import that waits for columns."""
    common = {"organization": cast.organization, "created_at": timezone.now()}
    erasure = Erasure.objects.create(step="done", **common)
    export = Export.objects.create(kind="csv", asked_by=cast.ada, **common)
    table = ContactImport.objects.create(state="mapping", headers=["Phone"], **common)
    return {"erasure_id": erasure.pk, "export_id": export.pk, "import_id": table.pk}


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


def a_campaign(cast: Cast) -> dict[str, UUID]:
    """A draft to Dora."""
    sara, at = by(cast.sara), timezone.now()
    fields: Fields = {"name": "Autumn", "phone_number": cast.number}
    campaign = create(cast.organization.pk, fields, by=sara, at=at)
    add_recipients(campaign.pk, [Row("+12025550143", name="Dora Lindqvist")], by=sara, at=at)
    recipient = CampaignRecipient.objects.get(campaign=campaign)
    return {"campaign_id": campaign.pk, "recipient_id": recipient.pk}


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
