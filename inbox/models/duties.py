"""What is done with people's data on request: erased, taken away, brought in. A row is its job."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.ids import new_id
from accounts.models import Organization, Person
from inbox.models.claims import Claimable


class Job(Claimable):
    """What all of them have: who asked, when it is due, and who has it in hand.

    A claim is for one batch: the next worker goes on behind the last that was committed. attempts:
    in a row that failed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(Claimable.Meta):
        abstract = True


class ErasureStep(models.TextChoices):
    """In this order; each may be begun again at any point."""

    MESSAGES = "messages"  # what was written, and its files
    PERSON = "person"  # the contact itself; from then on the tombstones speak
    RAW_LOG = "raw_log"  # deliveries as they came
    DONE = "done"


class Erasure(Job):
    """One person's data, going or gone. Once it is done the row is the receipt.

    contact_ids and words (what the raw log is searched for) are emptied at the end: a receipt
    holds nothing of the person. counts: how many of what, by the words of `inbox.erasing.receipt`.
    """

    step = models.CharField(max_length=8, choices=ErasureStep.choices, default=ErasureStep.MESSAGES)
    contact_ids = models.JSONField(default=list)
    words = models.JSONField(default=list)
    # The last delivery that was looked at, and the last to be looked at.
    cursor = models.BigIntegerField(default=0)
    last_delivery = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)  # the end of the step `person`

    class Meta:
        indexes: ClassVar = [
            # What the drain claims
            models.Index(fields=["created_at"], condition=~Q(step="done"), name="erasure_to_do"),
        ]

    @override
    def __str__(self) -> str:
        return f"erasure {self.pk}"


class Tombstone(models.Model):
    """That somebody or something was erased: a keyed hash and nothing else (`inbox.tombstones`).

    Of an address: what it wrote before `erased_at` does not come back. Of a message: no webhook
    about it has an effect any more.
    """

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    mark = models.CharField(max_length=64)
    erased_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # Also what the receiving path asks by: inbox.actions.tombstones
            models.UniqueConstraint(fields=["organization", "mark"], name="tombstone_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"tombstone {self.pk}"


# Files of exports and imports hold many people's data: they go after a day.
EXPORT_KEPT_FOR: Final = timedelta(hours=24)


class ExportKind(models.TextChoices):
    """What is taken away, and as what."""

    PERSON = "person"
    CONTACTS_CSV = "csv"
    CONTACTS_XLSX = "xlsx"


class ExportState(models.TextChoices):
    """ready: to be downloaded for a day; gone: its file was removed."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


class Export(Job):
    """A file that somebody asked for: of one person, or a list of contacts.

    filters: of a list, as the page of contacts has them. done of total: messages or contacts.
    """

    kind = models.CharField(max_length=8, choices=ExportKind.choices)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    contact_id = models.UUIDField(null=True, blank=True)
    filters = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=120, blank=True)  # its key in the store of files
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            # What the drain claims
            models.Index(fields=["created_at"], condition=Q(state="waiting"), name="export_to_do"),
            # What is removed after a day
            models.Index(fields=["ended_at"], condition=Q(state="ready"), name="export_ready"),
        ]

    @override
    def __str__(self) -> str:
        return f"export {self.pk}"


class ImportState(models.TextChoices):
    """reading, checking and running are the worker's; mapping and checked wait for a person."""

    READING = "reading", _("Reading the file")
    MAPPING = "mapping", _("Waiting for you to say what the columns are")
    CHECKING = "checking", _("Comparing with your contacts")
    CHECKED = "checked", _("Waiting for you to start it")
    RUNNING = "running", _("Importing")
    DONE = "done", _("Done")
    FAILED = "failed", _("The file cannot be read")


WORKERS_TURN = (ImportState.READING, ImportState.CHECKING, ImportState.RUNNING)


class ContactImport(Job):
    """A file of contacts on its way in: read, mapped, tried, run.

    headers and samples: of the file, for the page that asks what is what. mapping: a column's
    number by what it holds (`inbox.moving.columns`). counts: by what became of the rows. offset:
    where the next batch begins in the rows file. path: the upload; rows_path: the same as lines of
    JSON; errors_path: the report, CSV. All three go after a day.
    """

    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.READING)
    filename = models.CharField(max_length=255, blank=True)
    country_code = models.CharField(max_length=4, blank=True)
    headers = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    path = models.CharField(max_length=120, blank=True)
    rows_path = models.CharField(max_length=120, blank=True)
    errors_path = models.CharField(max_length=120, blank=True)
    errors_size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            # What the drain claims
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=WORKERS_TURN),
                name="contact_import_to_do",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportFault(models.Model):
    """A row of a file that was not taken, and why. Its content is in the report only."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(ContactImport, on_delete=models.CASCADE, related_name="faults")
    line = models.PositiveIntegerField()
    reason = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "line"], name="import_fault_once"),
        ]
