"""The triggers that guard the audit log, on both databases."""

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
