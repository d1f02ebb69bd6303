"""The list of what Meta says, and whether it was said already, without reading every event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind", "account.notice")),
                fields=["organization", "-seq"],
                name="event_notices",
            ),
        ),
    ]
