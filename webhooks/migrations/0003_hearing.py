"""Whether Meta can reach us."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0002_dead_letters_wait_or_are_discarded'),
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
    ]
