-- +goose Up

-- What was known when (docs/known-at.md): the tables of facts as they stood after an
-- entry of the log, each a view of the table's own name. Where `known` comes first in
-- search_path, statements read them instead of the tables, and are the same.

-- Between the instant that a transaction is given and its end nobody sees what it
-- wrote: who asks about that instant waits for it by this lock.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION end_log_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(5331020004);
    UPDATE log_transaction SET turn = nextval('log_turn'), at = clock_timestamp() WHERE number = NEW.number;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE SCHEMA known;

-- Which entry: its sequence, 0 before the first. It is called immutable for the planner
-- to know it, who would else take a third of the log for what changed since: a
-- statement that reads these views is planned each time, and never kept.
-- +goose StatementBegin
CREATE FUNCTION known.entry() RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN current_setting('reliefgraph.known')::bigint;
END $$;
-- +goose StatementEnd

-- What is not sealed yet, by the few transactions that wrote it: most of its table may
-- be what was there before. As a function, for the planner to count on few.
-- +goose StatementBegin
CREATE FUNCTION known.unsealed() RETURNS SETOF log_pending LANGUAGE plpgsql STABLE ROWS 10 AS $$
BEGIN
    RETURN QUERY SELECT p.* FROM log_transaction AS t
        CROSS JOIN LATERAL (SELECT * FROM log_pending AS o WHERE o.number = t.number OFFSET 0) AS p;
END $$;
-- +goose StatementEnd

-- Every change with its place among those of its row. What is not sealed yet comes
-- after all that is; those of one row are numbered as they took effect.
CREATE VIEW known.change AS
SELECT fact, key, coalesce(former_publisher, publisher) AS publisher, publisher AS publisher_after, before, sequence AS place FROM log_entry
UNION ALL
SELECT fact, key, coalesce(former_publisher, publisher), publisher, before, 4611686018427387904 + n FROM known.unsealed();

-- What the first change after the entry replaced or removed: so the row stood. Whether
-- it is the first is looked up one by one, in the index: they are few beside the log.
CREATE VIEW known.undone AS
SELECT c.fact, c.key, c.publisher, c.before::json AS before FROM known.change AS c
WHERE c.before IS NOT NULL AND c.place > known.entry()
  AND NOT (SELECT EXISTS (SELECT FROM log_entry AS e
      WHERE e.fact = c.fact AND e.key = c.key AND e.sequence > known.entry() AND e.sequence < c.place))
  AND (c.place < 4611686018427387904 OR NOT (SELECT EXISTS (SELECT FROM known.unsealed() AS p
      WHERE p.fact = c.fact AND p.key = c.key AND 4611686018427387904 + p.n < c.place)));

CREATE INDEX log_entry_of_fact ON log_entry (fact, sequence);
CREATE INDEX log_entry_replaced ON log_entry (fact, (coalesce(former_publisher, publisher)), sequence) WHERE before IS NOT NULL;

-- The rows that did not change since, and those that did as they stood. Their key and
-- publisher are taken from the entry, by which it is found.
-- +goose StatementBegin
DO $$
DECLARE
    recording constant text[] := '{recorded_by,recorded_at,recorded_in,registered_by}';
    of record;
BEGIN
    FOR of IN SELECT * FROM (VALUES
        ('arrangement_day', '{calendar}'::text[], $e$'calendar'$e$, 'jsonb_build_array(d.year, d.day)::text', '{}'::jsonb),
        ('node', '{areas,departments}', $e$CASE WHEN d.department THEN 'departments' ELSE 'areas' END$e$, 'd.code', '{"code": "u.key"}'),
        ('catalog', '{catalogs}', $e$'catalogs'$e$, 'd.code', '{"code": "u.key"}'),
        ('catalog_entry', '{entries}', $e$'entries'$e$, 'jsonb_build_array(d.catalog_code, d.entry_code)::text', '{}'),
        ('assignment', '{assignments}', $e$'assignments'$e$,
         $e$jsonb_build_array(d.publisher_code, d.entry_code, CASE d.action WHEN 0 THEN 'INCLUDE' ELSE 'EXEMPT' END, d.from_day)::text$e$,
         '{"publisher_code": "u.publisher"}'),
        ('review', '{reviews}', $e$'reviews'$e$, 'jsonb_build_array(d.disclosure_ref, d.reviewed_on)::text', '{}'),
        ('secrecy_review', '{secrecy_reviews}', $e$'secrecy_reviews'$e$, 'd.disclosure_ref', '{"disclosure_ref": "u.key"}'),
        ('concern', '{concerns}', $e$'concerns'$e$, 'd.ref', '{"ref": "u.key", "publisher_code": "u.publisher"}'),
        ('event', '{events}', $e$'events'$e$, 'd.ref', '{"ref": "u.key"}'),
        ('relief_movement', '{relief}', $e$'relief'$e$, 'd.ref', '{"ref": "u.key", "publisher_code": "u.publisher"}'),
        ('news', '{news}', $e$'news'$e$, 'd.ref', '{"ref": "u.key", "publisher_code": "u.publisher"}')
        ) AS t (name, facts, fact, key, found)
    LOOP
        EXECUTE format($sql$
            CREATE VIEW known.%1$I AS
            SELECT %2$s FROM %1$I AS d WHERE NOT EXISTS (SELECT FROM known.change AS c
                WHERE c.fact = %3$s AND c.key = %4$s AND c.place > known.entry())
            UNION ALL
            SELECT %5$s FROM known.undone AS u CROSS JOIN LATERAL json_populate_record(NULL::%1$I, u.before) AS d
            WHERE u.fact = ANY (%6$L)
            $sql$, of.name,
            (SELECT string_agg(format('d.%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = of.name::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (recording)),
            of.fact, of.key,
            -- What follows from other columns of the row is no part of what was logged.
            (SELECT string_agg(coalesce(of.found ->> a.attname, '(' || pg_get_expr(g.adbin, g.adrelid) || ')', format('d.%I', a.attname)) ||
                 format(' AS %I', a.attname), ', ' ORDER BY a.attnum)
             FROM pg_attribute AS a LEFT JOIN pg_attrdef AS g ON g.adrelid = a.attrelid AND g.adnum = a.attnum AND a.attgenerated <> ''
             WHERE a.attrelid = of.name::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (recording)),
            of.facts);
    END LOOP;
END $$;
-- +goose StatementEnd

-- The documents whose reviews changed since.
CREATE VIEW known.reviewed AS
SELECT DISTINCT c.key::jsonb ->> 0 AS ref FROM known.change AS c WHERE c.fact = 'reviews' AND c.place > known.entry();

-- A document follows from its reviews besides: the days by which it is listed do if it
-- is not proactive. Its version was recorded by the last change up to the entry.
CREATE VIEW known.disclosure AS
SELECT d.ref, d.publisher_code, d.entry_code, d.title, d.document_number, d.index_number, d.attribute, d.formed_on, d.issued_on, d.published_on,
       d.withdrawn_on, d.period, d.nil, d.requires_interpretation, d.interprets_ref, d.channel, d.url, d.recorded_at,
       CASE WHEN d.ref IN (SELECT ref FROM known.reviewed) THEN (SELECT min(disclosing_day(o.result, o.reviewed_on)) FROM known.review AS o WHERE o.disclosure_ref = d.ref) ELSE d.disclose_on END AS disclose_on, d.public_on, d.listed_on
FROM disclosure AS d
WHERE d.attribute = 0 AND NOT EXISTS (SELECT FROM known.change AS c
    WHERE c.fact = 'disclosures' AND c.key = d.ref AND c.place > known.entry())
UNION ALL
SELECT d.ref, d.publisher_code, d.entry_code, d.title, d.document_number, d.index_number, d.attribute, d.formed_on, d.issued_on, d.published_on,
       d.withdrawn_on, d.period, d.nil, d.requires_interpretation, d.interprets_ref, d.channel, d.url, d.recorded_at,
       r.disclose_on, publication_day(d.attribute, d.published_on, r.disclose_on),
       coalesce(publication_day(d.attribute, d.published_on, r.disclose_on), d.formed_on, date '1970-01-01')
FROM disclosure AS d CROSS JOIN LATERAL (SELECT CASE WHEN d.ref IN (SELECT ref FROM known.reviewed) THEN (SELECT min(disclosing_day(o.result, o.reviewed_on)) FROM known.review AS o WHERE o.disclosure_ref = d.ref) ELSE d.disclose_on END AS disclose_on OFFSET 0) AS r
WHERE d.attribute <> 0 AND NOT EXISTS (SELECT FROM known.change AS c
    WHERE c.fact = 'disclosures' AND c.key = d.ref AND c.place > known.entry())
UNION ALL
SELECT u.key, u.publisher, d.entry_code, d.title, d.document_number, d.index_number, d.attribute, d.formed_on, d.issued_on, d.published_on,
       d.withdrawn_on, d.period, d.nil, d.requires_interpretation, d.interprets_ref, d.channel, d.url,
       (SELECT max(e.at) FROM log_entry AS e WHERE e.fact = 'disclosures' AND e.key = u.key AND e.sequence <= known.entry()),
       r.disclose_on, publication_day(d.attribute, d.published_on, r.disclose_on),
       coalesce(publication_day(d.attribute, d.published_on, r.disclose_on), d.formed_on, date '1970-01-01')
FROM known.undone AS u CROSS JOIN LATERAL json_populate_record(NULL::disclosure, u.before) AS d
CROSS JOIN LATERAL (SELECT (SELECT min(disclosing_day(o.result, o.reviewed_on)) FROM known.review AS o WHERE o.disclosure_ref = u.key) AS disclose_on OFFSET 0) AS r
WHERE u.fact = 'disclosures';

-- Former names of nodes, and imports, up to the entry.
CREATE VIEW known.fact_history AS
SELECT * FROM fact_history WHERE changed_at <= (SELECT e.at FROM log_entry AS e WHERE e.sequence = known.entry());
CREATE VIEW known.import AS
SELECT * FROM import WHERE imported_at <= (SELECT e.at FROM log_entry AS e WHERE e.sequence = known.entry());

-- +goose Down
DROP SCHEMA known CASCADE;
DROP INDEX log_entry_replaced, log_entry_of_fact;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION end_log_transaction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE log_transaction SET turn = nextval('log_turn'), at = clock_timestamp() WHERE number = NEW.number;
    RETURN NULL;
END $$;
-- +goose StatementEnd
