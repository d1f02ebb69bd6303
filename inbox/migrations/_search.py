"""Search: how text is folded, the words of a message, and the indexes of both. PostgreSQL only.

SQLite needs nothing stored: `inbox.searching` gives each connection the same function.
The column `search` is kept by the database alone; no model knows it.
"""

FORWARD = r"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Without case and accents: "Ångström" is "angstrom". Immutable, as an index wants it; the
-- extension unaccent is not.
CREATE FUNCTION baton_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]+', '', 'g')) $$;

-- What can be read of a message. Says again how text is folded, for a backup is restored, and
-- statistics are made, with no schema on the search path: one function would not find the other.
CREATE FUNCTION baton_message_text(content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT lower(regexp_replace(normalize(
        coalesce(content ->> 'header', '') || ' ' || coalesce(content ->> 'body', '')
        || ' ' || coalesce(content ->> 'footer', ''),
        NFKD), '[\u0300-\u036f]+', '', 'g'))
$$;

ALTER TABLE inbox_message ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', baton_message_text(content))) STORED;

-- Words, and the beginnings of words
CREATE INDEX message_words ON inbox_message USING gin (search);
-- Parts of words, and languages that put no spaces between theirs
CREATE INDEX message_parts ON inbox_message
    USING gin (baton_message_text(content) gin_trgm_ops);
CREATE INDEX contact_names ON inbox_contact
    USING gin (baton_fold(name || ' ' || profile_name || ' ' || username) gin_trgm_ops);
CREATE INDEX identity_parts ON inbox_identity USING gin (canonical gin_trgm_ops);
CREATE INDEX media_filenames ON inbox_media USING gin (baton_fold(filename) gin_trgm_ops);
"""
BACKWARD = """
DROP INDEX media_filenames;
DROP INDEX identity_parts;
DROP INDEX contact_names;
DROP INDEX message_parts;
DROP INDEX message_words;
ALTER TABLE inbox_message DROP COLUMN search;
DROP FUNCTION baton_message_text(jsonb);
DROP FUNCTION baton_fold(text);
"""


def add_search(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARD)


def drop_search(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARD)
