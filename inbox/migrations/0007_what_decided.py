"""Meta's times of what decided, so that the newest wins in any order; the steps of calls as rows."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_list_indexes")]

    operations = [
        *(
            migrations.AddField(model, name, models.DateTimeField(blank=True, null=True))
            for model, name in (
                ("contact", "consent_at"),
                ("contact", "profile_name_at"),
                ("contact", "username_at"),
                ("identity", "replaced_at"),
                ("conversation", "identity_at"),
                ("conversation", "observed_at"),
                ("conversation", "window_closed_at"),
                ("message", "failure_at"),
                ("message", "pricing_at"),
            )
        ),
        migrations.AddField(
            model_name="identity",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="inbox.identity",
            ),
        ),
        migrations.CreateModel(
            name="CallStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("call_id", models.CharField(max_length=512)),
                ("event", models.CharField(max_length=32)),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="call_steps",
                        to="inbox.conversation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("conversation", "call_id", "event"), name="call_step_once"
                    )
                ]
            },
        ),
    ]
