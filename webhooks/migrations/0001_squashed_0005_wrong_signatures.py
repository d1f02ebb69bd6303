"""Everything of this app up to 0005, in one step for a new database.

Who has taken the single steps goes on from there; they can go with the first release.
"""

import django.db.models.deletion
from django.db import migrations, models

import accounts.ids


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('webhooks', '0001_initial'),
        ('webhooks', '0002_dead_letters_wait_or_are_discarded'),
        ('webhooks', '0003_hearing'),
        ('webhooks', '0004_retention'),
        ('webhooks', '0005_wrong_signatures'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('heard_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WrongSignature',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='accounts.businessaccount')),
                ('count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('body', models.BinaryField()),
                ('secret_fingerprint', models.CharField(max_length=16)),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('received', 'Received'), ('done', 'Done')], default='received', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('item_in_hand', models.PositiveIntegerField(blank=True, null=True)),
                ('items', models.PositiveIntegerField(default=0)),
                ('digested_at', models.DateTimeField(blank=True, null=True)),
                ('redacted_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['id'], name='delivery_to_digest'), models.Index(fields=['received_at'], name='delivery_received_at'), models.Index(fields=['organization', 'received_at'], name='delivery_of_organization')],
            },
        ),
        migrations.CreateModel(
            name='DeadLetter',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=120)),
                ('field', models.CharField(blank=True, max_length=60)),
                ('raw', models.BinaryField()),
                ('reason', models.TextField()),
                ('attempts', models.PositiveSmallIntegerField(default=1)),
                ('retry_at', models.DateTimeField(blank=True, null=True)),
                ('retries_begun', models.PositiveSmallIntegerField(default=0)),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
                ('discarded_by', models.CharField(blank=True, max_length=120)),
                ('discarded_reason', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.organization')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dead_letters', to='webhooks.delivery')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('resolved_at', None)), fields=['organization', '-id'], name='dead_letter_list'), models.Index(condition=models.Q(('retry_at__isnull', False)), fields=['retry_at'], name='dead_letter_to_retry')],
                'constraints': [models.UniqueConstraint(fields=('delivery', 'path'), name='dead_letter_once')],
            },
        ),
    ]
