-- +goose Up

-- Every import that wrote something has a number, by which it can be taken back
-- (docs/architecture.md, A row of a file).
CREATE TABLE import (
    number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    imported_by text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    imported_at timestamptz NOT NULL DEFAULT now(),
    files       text[] NOT NULL DEFAULT '{}',
    undoes      bigint UNIQUE REFERENCES import
);

-- A fact names the import that wrote its present version, if one did; so do the
-- versions that are kept, and they name besides the one that replaced them.
-- +goose StatementBegin
CREATE FUNCTION present_import() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('reliefgraph.import', true), '')::bigint $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY '{node,catalog,catalog_entry,arrangement_day,assignment,disclosure,news,event,relief_movement,review,concern}'::text[]
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN recorded_in bigint', kept);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN recorded_in SET DEFAULT present_import()', kept);
        EXECUTE format('CREATE INDEX %I ON %I (recorded_in)', kept || '_recorded_in', kept);
    END LOOP;
END $$;
-- +goose StatementEnd

ALTER TABLE fact_history ADD COLUMN changed_in bigint;
ALTER TABLE fact_history ALTER COLUMN changed_in SET DEFAULT present_import();
CREATE INDEX fact_history_changed_in ON fact_history (changed_in, fact);
CREATE INDEX fact_history_recorded_in ON fact_history (((before ->> 'recorded_in')::bigint), fact);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A row that got another key is kept as one taken out.
    INSERT INTO fact_history (fact, key, before, after, changed_by, changed_at)
    SELECT TG_TABLE_NAME, b.key, b.version, a.version,
           coalesce(current_setting('reliefgraph.actor', true), session_user), now()
    FROM (SELECT fact_key(to_jsonb(r), TG_ARGV) AS key, to_jsonb(r) AS version FROM before AS r) AS b
    LEFT JOIN (SELECT fact_key(to_jsonb(r), TG_ARGV) AS key, to_jsonb(r) AS version FROM after AS r) AS a USING (key);
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_history (fact, key, before, after, changed_by, changed_at)
    SELECT TG_TABLE_NAME, fact_key(to_jsonb(r), TG_ARGV), to_jsonb(r), NULL,
           coalesce(current_setting('reliefgraph.actor', true), session_user), now()
    FROM before AS r;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- Who answers by a document is looked for when the document is taken back.
CREATE INDEX concern_response ON concern (response_ref) WHERE response_ref IS NOT NULL;

-- +goose Down
DROP INDEX concern_response;
DROP INDEX fact_history_changed_in, fact_history_recorded_in;
ALTER TABLE fact_history DROP COLUMN changed_in;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A row that got another key is kept as one taken out.
    INSERT INTO fact_history
    SELECT TG_TABLE_NAME, b.key, b.version, a.version,
           coalesce(current_setting('reliefgraph.actor', true), session_user), now()
    FROM (SELECT fact_key(to_jsonb(r), TG_ARGV) AS key, to_jsonb(r) AS version FROM before AS r) AS b
    LEFT JOIN (SELECT fact_key(to_jsonb(r), TG_ARGV) AS key, to_jsonb(r) AS version FROM after AS r) AS a USING (key);
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fact_history
    SELECT TG_TABLE_NAME, fact_key(to_jsonb(r), TG_ARGV), to_jsonb(r), NULL,
           coalesce(current_setting('reliefgraph.actor', true), session_user), now()
    FROM before AS r;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY '{node,catalog,catalog_entry,arrangement_day,assignment,disclosure,news,event,relief_movement,review,concern}'::text[]
    LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN recorded_in', kept);
    END LOOP;
END $$;
-- +goose StatementEnd
DROP FUNCTION present_import;
DROP TABLE import;
