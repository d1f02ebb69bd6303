"""The audit log, and the triggers that guard it on both databases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.ids

POSTGRESQL = """
CREATE FUNCTION baton_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM accounts_auditevent
         WHERE organization_id = OLD.organization_id AND cut_through >= OLD.number
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is neither altered nor shortened'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION baton_audit_guard();
"""
POSTGRESQL_BACK = """
DROP TRIGGER audit_guard ON accounts_auditevent;
DROP FUNCTION baton_audit_guard();
"""
SQLITE = (
    """
CREATE TRIGGER audit_guard_update BEFORE UPDATE ON accounts_auditevent
BEGIN SELECT RAISE(ABORT, 'the audit log is neither altered nor shortened'); END
""",
    """
CREATE TRIGGER audit_guard_delete BEFORE DELETE ON accounts_auditevent
WHEN NOT EXISTS (
    SELECT 1 FROM accounts_auditevent AS cut
     WHERE cut.organization_id = OLD.organization_id AND cut.cut_through >= OLD.number
)
BEGIN SELECT RAISE(ABORT, 'the audit log is neither altered nor shortened'); END
""",
)
SQLITE_BACK = ("DROP TRIGGER audit_guard_update", "DROP TRIGGER audit_guard_delete")


def guard(_apps, schema_editor):
    run(schema_editor, POSTGRESQL, SQLITE)


def unguard(_apps, schema_editor):
    run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


def run(schema_editor, postgresql, sqlite):
    statements = [postgresql] if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in statements:
        schema_editor.execute(statement)


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
