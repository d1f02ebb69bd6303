"""A marker in every field that can hold something of a person, and where any of them is left.

Found by looking at the models: a new model stands in one of the two tables below, or the test
fails; a new field of a person's model is planted by itself, or declared with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts import models as accounts
from automation import models as automation
from campaigns import models as campaigns
from inbox import models as inbox
from templates_app import models as templates
from webhooks import models as webhooks

OURS = ("accounts", "automation", "campaigns", "inbox", "templates_app", "webhooks")
LENGTH = 7
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)

# Models whose rows are about one person. Every field of theirs is planted, but those below.
OF_A_PERSON: set[type[models.Model]] = {
    *(inbox.Contact, inbox.Identity, inbox.MergeSuggestion, inbox.Conversation, inbox.CallStep),
    *(inbox.ReadMark, inbox.Draft, inbox.Note, inbox.Suggestion, inbox.Message, inbox.SendAttempt),
    *(inbox.StatusEvent, inbox.PendingStatus, inbox.Reaction, inbox.Media, inbox.MetaUpload),
    *(inbox.Export, inbox.ContactImport, inbox.ImportFault),
    *(accounts.Event, accounts.IdempotencyRecord),
    *(webhooks.Delivery, webhooks.DeadLetter, automation.Turn),
    campaigns.CampaignRecipient,
}
# Models that hold nothing of a customer, and why.
OF_NOBODY: dict[type[models.Model], str] = {
    inbox.Erasure: "the receipt; its words and ids are emptied at the end",
    inbox.Tombstone: "keyed hashes: what is meant to be left",
    inbox.CannedReply: "words of ours, the same for everybody",
    inbox.Label: "a word of ours; who has it is a row of the next",
    inbox.Labelling: "two ids, gone with their conversation",
    inbox.NumberPace: "figures of a number of ours",
    inbox.SendBatch: "the state of a campaign of ours",
    campaigns.Campaign: "words of ours, the same for everybody",
    accounts.ApiKey: "a program of ours",
    accounts.BusinessAccount: "an account of ours",
    accounts.EventCounter: "a figure",
    accounts.Organization: "we ourselves",
    accounts.Person: "a colleague",
    accounts.PhoneNumber: "a number of ours",
    accounts.AuditEvent: "ids and codes; who reads it finds nobody behind the ids",
    accounts.BusinessHours: "our hours",
    accounts.Check: "what the doctor found of a number of ours",
    accounts.Checkup: "the same",
    accounts.Holiday: "our holidays",
    accounts.Invitation: "a colleague to be",
    accounts.SetupStep: "how far a number of ours is connected",
    accounts.SlaTarget: "our targets",
    accounts.Team: "colleagues",
    accounts.TeamMember: "colleagues",
    automation.Bot: "an assistant of ours",
    webhooks.Hearing: "times",
    webhooks.WrongSignature: "counts of what was refused",
    **dict.fromkeys(
        (one for one in vars(templates).values() if isinstance(one, type(models.Model))),
        "what Meta approved",
    ),
}
# Fields of a person's model that are not planted, and why.
LEFT_OUT: dict[str, str] = {
    "inbox.conversation.mode": "a word of ours; the database lets no other in",
    "inbox.conversation.handoff_state": "the same",
    "campaigns.campaignrecipient.key": "it finds the person, and is the row's own id then",
    "campaigns.campaignrecipient.skip_code": "a word of ours",
    "campaigns.campaignrecipient.skip_reason": "a sentence of ours",
    "inbox.media.path": "a key that we made; the file behind it is looked for",
    "inbox.media.thumbnail": "the same",
    "inbox.media.peaks": "64 numbers",
    "inbox.metaupload.sha256": "that of the file, which is planted",
    "inbox.pendingstatus.wamid": "it says to whose message the status belongs",
    "inbox.export.path": "the same",
    "inbox.export.asked_by_name": "a colleague",
    "inbox.export.filters": "choices of a colleague",
    "inbox.contactimport.path": "a key that we made; the file behind it is looked for",
    "inbox.contactimport.rows_path": "the same",
    "inbox.contactimport.errors_path": "the same",
    "inbox.contactimport.asked_by_name": "a colleague",
    "inbox.contactimport.mapping": "numbers of columns",
    "inbox.contactimport.counts": "figures",
    "inbox.contactimport.problem": "a word of ours",
    "accounts.idempotencyrecord.key": "a word of the caller's, gone after 96 hours",
    "accounts.idempotencyrecord.method_path": "an address with ids of ours",
    "accounts.idempotencyrecord.body_sha256": "a hash",
    "webhooks.delivery.body": "a whole webhook: planted as one",
    "webhooks.delivery.secret_fingerprint": "of a secret of ours",
    "webhooks.deadletter.path": "where in the webhook; it finds the letter",
}


def own_models() -> set[type[models.Model]]:
    """Every model of the house."""
    return {one for one in apps.get_models() if one._meta.app_label in OURS}


def name_of(field: models.Field) -> str:
    return f"{field.model._meta.label_lower}.{field.name}"


def planted_fields(model: type[models.Model]) -> list[models.Field]:
    """Fields that get a marker: texts, JSON and bytes that are long enough and free to hold one."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS)
        and not field.choices
        and (field.max_length is None or field.max_length >= LENGTH)
        and name_of(field) not in LEFT_OUT
    ]


class Plants:
    """Makes markers and remembers where each was put."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def marker(self, place: str) -> str:
        made = f"Qz{len(self.places):03}qZ"
        self.places[made] = place
        return made

    def plant(self, row: models.Model) -> None:
        """A marker in each free field of a row."""
        values = {field.name: self._value(field) for field in planted_fields(type(row))}
        if values:
            type(row)._default_manager.filter(pk=row.pk).update(**values)

    def _value(self, field: models.Field) -> Any:
        made = self.marker(name_of(field))
        if name_of(field) == "inbox.message.content":
            return {"header": None, "media": None, "body": made, "footer": None, "buttons": []}
        if isinstance(field, models.JSONField):
            return {"deep": [{"text": made}]}
        return made.encode() if isinstance(field, models.BinaryField) else made

    def found(self, text: bytes) -> set[str]:
        return {place for made, place in self.places.items() if made.encode() in text}

    def found_in_database(self) -> set[str]:
        """Where markers stand in any column of any table, also in columns that no model knows."""
        return {place for row in _rows() for place in self.found(row)}

    def found_in(self, folder: Path) -> set[str]:
        files = [one for one in folder.rglob("*") if one.is_file()]
        return {place for one in files for place in self.found(one.read_bytes())}


def _rows() -> Iterator[bytes]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                yield b"\x1f".join(map(_bytes, row))


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
