"""Search: its columns, functions and indexes, on PostgreSQL."""

from django.db import migrations

from inbox.migrations._search import add_search, drop_search


class Migration(migrations.Migration):

    dependencies = [
        ('inbox', '0002_merge_suggestions'),
    ]

    operations = [
        migrations.RunPython(add_search, drop_search, elidable=False),
    ]
