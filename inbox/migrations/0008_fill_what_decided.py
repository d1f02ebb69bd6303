"""What is known of the times that decided, and the steps of calls from their list."""

from __future__ import annotations

from collections import defaultdict

from django.db import migrations
from django.db.models import F

BATCH = 500


def fill(apps, _schema_editor):
    """A thread answers who wrote last; a customer's last known choice is the opt-out."""
    conversations = apps.get_model("inbox", "Conversation").objects
    conversations.exclude(last_inbound_at=None).update(identity_at=F("last_inbound_at"))
    contacts = apps.get_model("inbox", "Contact").objects
    contacts.exclude(opted_out_at=None).update(consent_at=F("opted_out_at"))
    steps = apps.get_model("inbox", "CallStep")
    told = conversations.exclude(calls_told=[]).values_list("pk", "calls_told")
    rows = (
        steps(conversation_id=pk, call_id=key.rpartition(":")[0], event=key.rpartition(":")[2])
        for pk, keys in told.iterator(BATCH)
        for key in dict.fromkeys(keys)
    )
    steps.objects.bulk_create(rows, batch_size=BATCH)


def back(apps, _schema_editor):
    """The list again, whole: the old code kept the last fifty as it went on."""
    keys = defaultdict(list)
    for step in apps.get_model("inbox", "CallStep").objects.order_by("pk").iterator(BATCH):
        keys[step.conversation_id].append(f"{step.call_id}:{step.event}")
    conversations = apps.get_model("inbox", "Conversation").objects
    for pk, told in keys.items():
        conversations.filter(pk=pk).update(calls_told=told[-50:])


class Migration(migrations.Migration):
    dependencies = [("inbox", "0007_what_decided")]
    operations = [migrations.RunPython(fill, back)]
