"""How long a person's messages can be taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_event_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='undo_seconds',
            field=models.PositiveSmallIntegerField(default=5),
        ),
    ]
