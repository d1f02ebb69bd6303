"""How fast numbers and pairs may send, and since when an outcome is not known."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import inbox.message_status


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_event_notices'),
        ('inbox', '0012_reactions_of_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberPace',
            fields=[
                ('phone_number', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pace', serialize=False, to='accounts.phonenumber')),
                ('paid_until', models.DateTimeField(blank=True, null=True)),
                ('narrowed_per_s', models.FloatField(blank=True, null=True)),
                ('narrowed_at', models.DateTimeField(blank=True, null=True)),
                ('silent_calls', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='conversation',
            name='pair_paid_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='silent_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('silent_since__isnull', False), ('status', inbox.message_status.Status['UNCONFIRMED'])), fields=['silent_since'], name='message_silent'),
        ),
    ]
