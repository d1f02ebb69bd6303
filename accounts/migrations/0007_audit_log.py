"""The audit log, and the triggers that guard it on both databases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids
from accounts.migrations._audit_guard import guard, unguard


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_hours_and_targets'),
    ]

    operations = [
        migrations.AddField(
            model_name='apikey',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='keys_made', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eventcounter',
            name='audit_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='eventcounter',
            name='audit_number',
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
                ('kind', models.CharField(max_length=48)),
                ('at', models.DateTimeField()),
                ('actor_type', models.CharField(max_length=12)),
                ('actor_id', models.UUIDField(blank=True, null=True)),
                ('key_id', models.UUIDField(blank=True, null=True)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('agent', models.CharField(blank=True, max_length=24)),
                ('conversation', models.UUIDField(blank=True, null=True)),
                ('ids', models.JSONField(default=list)),
                ('data', models.JSONField(default=dict)),
                ('cut_through', models.BigIntegerField(blank=True, null=True)),
                ('hash', models.CharField(max_length=64)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'actor_id', '-number'], name='audit_of_actor'), models.Index(fields=['organization', 'kind', '-number'], name='audit_of_kind'), models.Index(fields=['organization', 'at'], name='audit_of_day'), models.Index(condition=models.Q(('cut_through__isnull', False)), fields=['organization', 'cut_through'], name='audit_cuts')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='audit_number_once')],
            },
        ),
        migrations.RunPython(guard, unguard, elidable=False),
    ]
