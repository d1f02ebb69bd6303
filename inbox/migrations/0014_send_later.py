"""Messages that go out later, those that can be undone, and what became of each call to Meta."""

import django.db.models.deletion
from django.db import migrations, models

import inbox.message_status


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_event_notices'),
        ('inbox', '0013_pace_and_grace'),
    ]

    operations = [
        migrations.CreateModel(
            name='SendAttempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('outcome', models.CharField(max_length=8)),
                ('code', models.IntegerField(blank=True, null=True)),
                ('text', models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.AddField(
            model_name='conversation',
            name='typing_told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='hold',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='in_thread',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='message',
            name='plan',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='scheduled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='undo',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='undo_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status', inbox.message_status.Status['SCHEDULED'])), fields=['scheduled_at'], name='message_scheduled'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('status__in', [inbox.message_status.Status['SCHEDULED'], inbox.message_status.Status['HELD']])), fields=['conversation', 'scheduled_at'], name='message_waits_in_thread'),
        ),
        migrations.AddField(
            model_name='sendattempt',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='send_attempts', to='inbox.message'),
        ),
    ]
