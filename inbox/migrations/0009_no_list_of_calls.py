"""The list of the last calls is rows now."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_fill_what_decided")]
    operations = [migrations.RemoveField(model_name="conversation", name="calls_told")]
