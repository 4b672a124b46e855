-- +goose Up

-- The log of changes (docs/audit.md). A trigger writes what changed into
-- log_pending; a sealer moves it to log_entry when its transaction has ended, and
-- gives it its place there. Both stand in one statement's snapshot, so that what one
-- does not show the other does.

-- A transaction whose entries are not sealed yet.
CREATE TABLE log_transaction (
    number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text,
    way     text NOT NULL,
    -- Given when it commits: its turn among those that ended, which no clock that is
    -- set back turns round, and the instant.
    turn    bigint,
    at      timestamptz
);
CREATE SEQUENCE log_turn OWNED BY log_transaction.turn;

CREATE TABLE log_pending (
    number           bigint NOT NULL,          -- of the transaction
    n                bigint GENERATED ALWAYS AS IDENTITY,
    fact             text COLLATE "C" NOT NULL,
    key              text COLLATE "C" NOT NULL,
    publisher        text COLLATE "C",
    former_publisher text COLLATE "C",
    before           text,
    after            text,
    PRIMARY KEY (number, n)
);

CREATE TABLE log_entry (
    sequence         bigint PRIMARY KEY,
    at               timestamptz NOT NULL,
    account          text COLLATE "C",
    way              text NOT NULL,
    fact             text COLLATE "C" NOT NULL, -- the import file whose rows it is about, or account, grant
    key              text COLLATE "C" NOT NULL, -- what identifies the row there; of several parts a JSON list
    before           text,                      -- JSON, of which these very bytes are in the leaf
    after            text,
    salt             uuid NOT NULL,
    leaf             bytea NOT NULL,            -- what stands in the tree
    -- Whose fact it is and, where another's before, was: by these it is found.
    publisher        text COLLATE "C",
    former_publisher text COLLATE "C"
);
CREATE INDEX log_entry_of_row ON log_entry (fact, key, sequence);
CREATE INDEX log_entry_at ON log_entry (at);
CREATE INDEX log_entry_of_account ON log_entry (account, sequence) WHERE account IS NOT NULL;
CREATE INDEX log_entry_of_publisher ON log_entry (publisher, sequence) WHERE publisher IS NOT NULL;
CREATE INDEX log_entry_of_former_publisher ON log_entry (former_publisher, sequence) WHERE former_publisher IS NOT NULL;

-- How far the log is sealed: the right edge of its tree, from which it grows, and
-- the key by which checkpoints are signed, as others verify it.
CREATE TABLE log_head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    origin   text NOT NULL,                    -- the log's name in checkpoints
    size     bigint NOT NULL DEFAULT 0,
    at       timestamptz NOT NULL DEFAULT '-infinity',
    edge     bytea NOT NULL DEFAULT '',
    verifier text
);
INSERT INTO log_head (origin) VALUES ('reliefgraph/' || gen_random_uuid());

-- The newest checkpoint of each day.
CREATE TABLE log_checkpoint (
    day  date PRIMARY KEY,
    size bigint NOT NULL,
    note text NOT NULL
);

-- The number under which the present transaction stands in the log. A savepoint that
-- is rolled back takes back both the row and the setting.
-- +goose StatementBegin
CREATE FUNCTION present_log_transaction() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    present bigint := nullif(current_setting('reliefgraph.log_transaction', true), '');
BEGIN
    IF present IS NULL THEN
        INSERT INTO log_transaction (account, way)
        VALUES (nullif(current_setting('reliefgraph.account_name', true), ''),
                coalesce(nullif(current_setting('reliefgraph.way', true), ''), 'CLI'))
        RETURNING number INTO present;
        PERFORM set_config('reliefgraph.log_transaction', present::text, true);
    END IF;
    RETURN present;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION end_log_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE log_transaction SET turn = nextval('log_turn'), at = clock_timestamp() WHERE number = NEW.number;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE CONSTRAINT TRIGGER end_log_transaction AFTER INSERT ON log_transaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION end_log_transaction();

-- The leaf of an entry: SHA-256 of its salt and of its fields, each with its length.
-- Both are put into the statement that calls them; with a number for a text the
-- first would not, and a leaf would cost five times as much.
-- +goose StatementBegin
CREATE FUNCTION log_field(content text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN content IS NULL THEN '-' ELSE octet_length(content)::text || ':' || content END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION log_leaf(salt uuid, sequence bigint, at timestamptz, account text, way text, fact text, key text, before text, after text)
RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(uuid_send(salt) || convert_to(
        log_field(sequence::text) || log_field(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || log_field(account) || log_field(way) || log_field(fact) || log_field(key)
        || log_field(before) || log_field(after), 'UTF8'))
$$;
-- +goose StatementEnd

-- Has the changes of a table logged: logged_TABLE shows its rows as the log knows
-- them, without the columns that are omitted, which are no part of the fact. The
-- expressions are of a row r.
-- +goose StatementBegin
CREATE FUNCTION log_changes_of(logged text, fact text, key text, publisher text, omitted text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kept text := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = logged::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (omitted));
    -- Its content is made once a row, where it is compared too.
    shown text := format($sql$SELECT (%s)::text COLLATE "C" AS fact, (%s)::text COLLATE "C" AS key, (%s)::text COLLATE "C" AS publisher,
        row_to_json(r)::text AS content FROM (SELECT %s FROM %%s) AS r OFFSET 0$sql$, fact, key, publisher, kept);
    of_insert text := 'REFERENCING NEW TABLE AS after';
    of_update text := 'REFERENCING OLD TABLE AS before NEW TABLE AS after';
    of_delete text := 'REFERENCING OLD TABLE AS before';
BEGIN
    EXECUTE format('CREATE VIEW %I AS %s', 'logged_' || logged, format(shown, quote_ident(logged)));
    EXECUTE format($sql$
        CREATE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path FROM CURRENT SET timezone TO 'UTC' AS $body$
        BEGIN
            CASE TG_OP WHEN 'INSERT' THEN
                INSERT INTO log_pending (number, fact, key, publisher, after)
                SELECT (SELECT present_log_transaction()), a.fact, a.key, a.publisher, a.content FROM (%3$s) AS a;
            WHEN 'UPDATE' THEN
                INSERT INTO log_pending (number, fact, key, publisher, former_publisher, before, after)
                SELECT (SELECT present_log_transaction()), fact, key, coalesce(a.publisher, b.publisher),
                       nullif(b.publisher, coalesce(a.publisher, b.publisher)), b.content, a.content
                FROM (%2$s) AS b FULL JOIN (%3$s) AS a USING (fact, key)
                WHERE b.content IS DISTINCT FROM a.content;
            WHEN 'DELETE' THEN
                INSERT INTO log_pending (number, fact, key, publisher, before)
                SELECT (SELECT present_log_transaction()), b.fact, b.key, b.publisher, b.content FROM (%2$s) AS b;
            END CASE;
            RETURN NULL;
        END $body$ $sql$, 'log_' || logged, format(shown, 'before'), format(shown, 'after'));
    EXECUTE format('CREATE TRIGGER log_inserted AFTER INSERT ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged, of_insert, 'log_' || logged);
    EXECUTE format('CREATE TRIGGER log_updated AFTER UPDATE ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged, of_update, 'log_' || logged);
    EXECUTE format('CREATE TRIGGER log_deleted AFTER DELETE ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged, of_delete, 'log_' || logged);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION log_changes_no_more_of(logged text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER log_inserted ON %I', logged);
    EXECUTE format('DROP TRIGGER log_updated ON %I', logged);
    EXECUTE format('DROP TRIGGER log_deleted ON %I', logged);
    EXECUTE format('DROP FUNCTION %I()', 'log_' || logged);
    EXECUTE format('DROP VIEW %I', 'logged_' || logged);
END $$;
-- +goose StatementEnd

-- What was recorded before is one entry a fact, as of now, by a job. Who recorded it,
-- and what follows from other facts, is no part of the fact.
-- +goose StatementBegin
DO $$
DECLARE
    recording constant text[] := '{recorded_by,recorded_at,recorded_in}';
    of record;
BEGIN
    PERFORM set_config('reliefgraph.way', 'JOB', true);
    FOR of IN SELECT * FROM (VALUES
        ('arrangement_day', $e$'calendar'$e$, 'jsonb_build_array(r.year, r.day)', 'NULL', '{}'::text[]),
        ('node', $e$CASE WHEN r.department THEN 'departments' ELSE 'areas' END$e$, 'r.code', 'r.code', '{}'),
        ('catalog', $e$'catalogs'$e$, 'r.code', 'NULL', '{}'),
        ('catalog_entry', $e$'entries'$e$, 'jsonb_build_array(r.catalog_code, r.entry_code)', 'NULL', '{}'),
        ('assignment', $e$'assignments'$e$,
         $e$jsonb_build_array(r.publisher_code, r.entry_code, CASE r.action WHEN 0 THEN 'INCLUDE' ELSE 'EXEMPT' END, r.from_day)$e$,
         'r.publisher_code', '{}'),
        ('disclosure', $e$'disclosures'$e$, 'r.ref', 'r.publisher_code', '{disclose_on,public_on,listed_on}'),
        ('review', $e$'reviews'$e$, 'jsonb_build_array(r.disclosure_ref, r.reviewed_on)',
         '(SELECT d.publisher_code FROM disclosure AS d WHERE d.ref = r.disclosure_ref)', '{}'),
        ('secrecy_review', $e$'secrecy_reviews'$e$, 'r.disclosure_ref',
         '(SELECT d.publisher_code FROM disclosure AS d WHERE d.ref = r.disclosure_ref)', '{}'),
        ('concern', $e$'concerns'$e$, 'r.ref', 'r.publisher_code', '{}'),
        ('event', $e$'events'$e$, 'r.ref', 'NULL', '{}'),
        ('relief_movement', $e$'relief'$e$, 'r.ref', 'coalesce(r.from_code, r.to_code)', '{publisher_code}'),
        ('news', $e$'news'$e$, 'r.ref', 'r.publisher_code', '{listed_on}'),
        ('account', $e$'account'$e$, 'r.name', 'NULL', '{password_hash}'),
        ('account_grant', $e$'grant'$e$, 'jsonb_build_array((SELECT a.name FROM account AS a WHERE a.id = r.account_id), r.id)', 'NULL', '{}')
        ) AS t (logged, fact, key, publisher, omitted)
    LOOP
        PERFORM log_changes_of(of.logged, of.fact, of.key, of.publisher, recording || of.omitted);
        EXECUTE format('INSERT INTO log_pending (number, fact, key, publisher, after)
            SELECT (SELECT present_log_transaction()), fact, key, publisher, content FROM %I ORDER BY fact, key', 'logged_' || of.logged);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
SELECT log_changes_no_more_of(logged) FROM unnest('{arrangement_day,node,catalog,catalog_entry,assignment,disclosure,review,secrecy_review,concern,event,
    relief_movement,news,account,account_grant}'::text[]) AS logged;
DROP FUNCTION log_changes_of, log_changes_no_more_of, log_leaf, log_field;
DROP TABLE log_checkpoint, log_head, log_entry, log_pending, log_transaction;
DROP FUNCTION end_log_transaction, present_log_transaction;
