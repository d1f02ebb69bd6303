"""Markers planted in every field of a person are found nowhere once the person is erased."""

from __future__ import annotations

import io
import logging
import threading
import zipfile
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actions.keys import create_key
from accounts.models import Event, IdempotencyRecord
from automation.models import Turn
from campaigns.models import CampaignRecipient
from inbox import models as inbox
from inbox.actions.exports import ask_person_export, export_next
from inbox.actions.importing import import_file
from inbox.exporting import archive
from inbox.media_storage import store
from tests.campaigning import a_campaign
from tests.cast import DORA, a_status_webhook, a_text_webhook, by, with_assistant
from tests.domain.inbox.delivering import delivered
from tests.domain.inbox.plants import (
    LEFT_OUT,
    OF_A_PERSON,
    OF_NOBODY,
    Plants,
    name_of,
    own_models,
)
from tests.domain.inbox.test_erasing import erased
from webhooks.models import DeadLetter, Delivery

OTHER = "12025550177"


def test_every_model_is_about_a_person_or_declared_not_to_be():
    assert own_models() == OF_A_PERSON | set(OF_NOBODY)


def test_what_is_left_out_exists():
    names = {name_of(field) for model in OF_A_PERSON for field in model._meta.concrete_fields}
    assert set(LEFT_OUT) - names == set()


@pytest.fixture
def plants(cast, settings, tmp_path) -> Plants:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Plants()


def of_dora(cast, plants, tmp_path):
    """Dora with a row in every table that may be about her, each field of it planted."""
    said = plants.marker("webhooks.delivery.body")
    delivered(
        a_text_webhook(said, wamid="wamid.d1", name=plants.marker("a profile's name")),
        a_text_webhook("to be quoted", wamid="wamid.d2"),
        a_status_webhook("wamid.unknown", "read", recipient_id=DORA),
    )
    message = inbox.Message.objects.get(wamid="wamid.d1")
    rows = [*rows_around(cast, message, plants, tmp_path)]
    letter = DeadLetter.objects.create(
        organization=cast.organization,
        delivery=next(one for one in Delivery.objects.all() if said.encode() in bytes(one.body)),
        path="entry[0].changes[0].value.messages[0]",
        raw=b"",
        reason="",
    )
    contact = message.conversation.contact
    exported(cast, contact)
    for row in (*rows, letter, message, message.conversation, contact):
        plants.plant(row)
    inbox.MetaUpload.objects.update(sha256=inbox.Media.objects.get(message=message).sha256)
    return contact


def rows_around(cast, message, plants, tmp_path):
    """A row of every model that hangs on a person, besides what the webhooks have made."""
    now, thread = timezone.now(), message.conversation
    of_thread = {"conversation": thread}
    mine = {"organization": cast.organization, "contact": thread.contact}
    bsuid = {"kind": "bsuid", "value": "x", "canonical": "x"}
    yield inbox.Identity.objects.create(**mine, **bsuid)
    other = inbox.Contact.objects.create(organization=cast.organization, name="Tea too")
    yield inbox.MergeSuggestion.objects.create(
        organization=cast.organization, one=thread.contact, other=other
    )
    yield inbox.CallStep.objects.create(**of_thread, call_id="1", event="connect")
    yield inbox.ReadMark.objects.create(**of_thread, person=cast.ben, updated_at=now)
    yield inbox.Draft.objects.create(**of_thread, person=cast.ben, text="")
    yield inbox.Suggestion.objects.create(**of_thread, text="", epoch=1, created_at=now)
    yield inbox.SendAttempt.objects.create(message=message, at=now, ended_at=now, outcome="")
    yield inbox.StatusEvent.objects.create(message=message, status="", at=now)
    yield inbox.Reaction.objects.create(
        **of_thread, message=message, target_wamid="w", by="contact", at=now
    )
    yield inbox.PendingStatus.objects.create(
        phone_number=cast.number, wamid="wamid.d2", status="", at=now
    )
    yield a_file(cast, plants, tmp_path, message=message)
    yield a_file(cast, plants, tmp_path, conversation=thread, direction="outbound")
    yield inbox.MetaUpload.objects.create(phone_number=cast.number, sha256="", mime_type="")
    yield Turn.objects.create(
        **of_thread,
        bot=with_assistant(cast.number),
        epoch=1,
        first_inbound_id=uuid4(),
        last_inbound_id=uuid4(),
        first_inbound_at=now,
        not_before=now,
        created_at=now,
    )
    yield Event.objects.filter(conversation=thread.pk).first()
    key = create_key(cast.organization.pk, name="Till", by=by(cast.ada), at=now).row
    yield IdempotencyRecord.objects.create(api_key=key, object_id=message.pk)
    yield from jobs(cast, plants, tmp_path)
    campaign = a_campaign(cast, 0, launched=False)
    for who in ({"key": DORA}, {"key": "x", "contact": thread.contact}):
        yield CampaignRecipient.objects.create(campaign=campaign, **who)


def a_file(cast, plants, tmp_path, **fields):
    media = inbox.Media.objects.create(
        organization=cast.organization, phone_number=cast.number, kind="document", **fields
    )
    source = tmp_path / "source.txt"
    source.write_text(plants.marker("the bytes of a file"))
    import_file(media.pk, source)
    return media


def jobs(cast, plants, tmp_path):
    """An import that has left everything it can, one of its rows not taken."""
    key = f"{cast.organization.pk}/{uuid4()}"
    source = tmp_path / "table.csv"
    source.write_text(plants.marker("an imported file"))
    store().keep(key, source)
    row = inbox.ContactImport.objects.create(
        organization=cast.organization,
        state="done",
        path=key,
        rows_path=key,
        errors_path=key,
        created_at=timezone.now(),
    )
    yield row
    yield inbox.ImportFault.objects.create(of=row, line=3, reason="")


def exported(cast, contact) -> None:
    export = ask_person_export(contact.pk, by=by(cast.ada), at=timezone.now())
    assert export_next(threading.Event())
    assert inbox.Export.objects.get(pk=export.pk).state == "ready"


def rows_of(contact) -> list[list[dict]]:
    """Everything of a person that an erasure of somebody else must leave as it is."""
    threads = inbox.Conversation.objects.filter(contact=contact)
    return [
        [*inbox.Contact.objects.filter(pk=contact.pk).values()],
        [*contact.identities.order_by("pk").values()],
        [*threads.values()],
        [*inbox.Message.objects.filter(conversation__in=threads).order_by("pk").values()],
        [*Event.objects.filter(conversation__in=threads).order_by("seq").values()],
    ]


@pytest.mark.case("S121")
def test_after_an_erasure_no_marker_is_left_but_in_the_receipt(cast, plants, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    delivered(a_text_webhook("words of Tea", wa_id=OTHER, name="Tea"))
    tea = inbox.Contact.objects.get()
    before = rows_of(tea)
    dora = of_dora(cast, plants, tmp_path)
    planted = plants.found_in_database() | plants.found_in(tmp_path / "media")
    assert set(plants.places.values()) - planted == set()
    erased(dora.pk, cast.ada)
    assert plants.found_in_database() == set()
    assert plants.found_in(tmp_path / "media") == set()
    assert plants.found(caplog.text.encode()) == set()
    assert rows_of(tea) == before


# What an export leaves out: how Baton works inside, and what is about nobody.
NOT_EXPORTED = (
    *("accounts.", "automation.", "campaigns.", "webhooks."),
    *("an imported", "inbox.contactimport", "a profile"),
    *("inbox.importfault", "inbox.metaupload", "inbox.sendattempt", "inbox.pendingstatus"),
)
INTERNAL = {
    *("inbox.mergesuggestion.reason", "inbox.reaction.who", "inbox.message.hold"),
    *("inbox.message.plan", "inbox.message.undo", "inbox.message.payload"),
    *(f"inbox.conversation.{one}" for one in ("handoff_requested_by", "group_id")),
    *(f"inbox.conversation.{one}" for one in ("receipt_due_wamid", "last_inbound_wamid")),
    *(f"inbox.conversation.last_message_{one}" for one in ("preview", "direction", "type")),
    *(f"inbox.conversation.{one}" for one in ("handoff_reason",)),
    *(f"inbox.media.{one}" for one in ("meta_media_id", "error", "direction", "peaks")),
    *(f"inbox.media.declared_{one}" for one in ("mime_type", "sha256")),
    *("inbox.identity.canonical",),
}


@pytest.mark.case("S122")
def test_the_export_of_a_person_holds_what_an_erasure_takes(cast, plants, tmp_path):
    dora = of_dora(cast, plants, tmp_path)
    whole = b"".join(archive(dora, zone="UTC", at=timezone.now()))
    bundle = zipfile.ZipFile(io.BytesIO(whole))
    found = {place for name in bundle.namelist() for place in plants.found(bundle.read(name))}
    wanted = {
        place for place in plants.places.values() if not place.startswith(NOT_EXPORTED)
    } - INTERNAL
    assert wanted - found == set()
