"""What could not be sent before is judged anew: the catalogue is read again within seconds."""

from django.db import migrations


def forget_syncs(apps, _schema_editor):
    apps.get_model("templates_app", "TemplateSync").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0002_times_of_quality_and_category")]

    # Backwards there is nothing to do: a sync is only the note that one was made.
    operations = [migrations.RunPython(forget_syncs, migrations.RunPython.noop)]
