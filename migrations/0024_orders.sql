-- +goose Up

-- What supervisors demand of publishers, and what becomes of it (督办). How an order
-- stands on a day follows from its events, and is kept nowhere but, for the servers'
-- memory, packed beside its publisher's timelines.

CREATE TABLE supervision_order (
    ref            text COLLATE "C" NOT NULL UNIQUE,
    kind           smallint NOT NULL,        -- 0 URGE, 1 RECTIFY, 2 CRITICISE
    issuer_code    text COLLATE "C" NOT NULL,
    publisher_code text COLLATE "C" NOT NULL,
    entry_codes    text[] COLLATE "C" NOT NULL DEFAULT '{}',
    text           text NOT NULL,
    basis          text NOT NULL DEFAULT '',
    issued_at      timestamptz NOT NULL,
    working_days   integer NOT NULL,
    recorded_by    text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at    timestamptz NOT NULL DEFAULT now(),
    recorded_in    bigint DEFAULT present_import(),
    PRIMARY KEY (publisher_code, ref)
);
CREATE INDEX supervision_order_recorded_in ON supervision_order (recorded_in);
CREATE INDEX supervision_order_issuer ON supervision_order (issuer_code);

CREATE TABLE order_event (
    order_ref       text COLLATE "C" NOT NULL,
    n               bigint NOT NULL,
    kind            smallint NOT NULL,       -- order.EventKind
    at              timestamptz NOT NULL,
    account         text NOT NULL DEFAULT '',
    text            text NOT NULL DEFAULT '',
    new_due_on      date,
    working_days    integer NOT NULL DEFAULT 0,
    disclosure_refs text[] COLLATE "C" NOT NULL DEFAULT '{}',
    recorded_by     text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    recorded_in     bigint DEFAULT present_import(),
    PRIMARY KEY (order_ref, n)
);
CREATE INDEX order_event_recorded_in ON order_event (recorded_in);
CREATE INDEX order_event_documents ON order_event USING gin (disclosure_refs) WHERE disclosure_refs <> '{}';

CREATE TABLE exemption_request (
    ref             text COLLATE "C" NOT NULL UNIQUE,
    publisher_code  text COLLATE "C" NOT NULL,
    entry_code      text COLLATE "C" NOT NULL,
    from_day        date NOT NULL,
    to_day          date,
    reason          text NOT NULL,
    asked_at        timestamptz NOT NULL,
    asked_by        text NOT NULL DEFAULT '',
    decision        smallint NOT NULL DEFAULT 0, -- 0 none, 1 GRANTED, 2 REFUSED
    decided_at      timestamptz,
    decided_by      text NOT NULL DEFAULT '',
    decision_reason text NOT NULL DEFAULT '',
    recorded_by     text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    recorded_in     bigint DEFAULT present_import(),
    PRIMARY KEY (publisher_code, ref)
);
CREATE INDEX exemption_request_recorded_in ON exemption_request (recorded_in);
CREATE INDEX exemption_request_newest ON exemption_request (publisher_code, asked_at DESC, ref);

-- +goose StatementBegin
DO $$
DECLARE
    of record;
BEGIN
    PERFORM set_config('reliefgraph.way', 'JOB', true);
    FOR of IN SELECT * FROM (VALUES
        ('supervision_order', $e$'ref'$e$, $e$'orders'$e$, 'r.ref', 'r.publisher_code', 'd.ref', '{"ref": "u.key", "publisher_code": "u.publisher"}'::jsonb),
        ('order_event', $e$'order_ref', 'n'$e$, $e$'order_events'$e$, 'jsonb_build_array(r.order_ref, r.n)',
         '(SELECT o.publisher_code FROM supervision_order AS o WHERE o.ref = r.order_ref)', 'jsonb_build_array(d.order_ref, d.n)::text', '{}'),
        ('exemption_request', $e$'ref'$e$, $e$'exemption_requests'$e$, 'r.ref', 'r.publisher_code', 'd.ref',
         '{"ref": "u.key", "publisher_code": "u.publisher"}')
        ) AS t (name, key_columns, fact, key, publisher, known_key, found)
    LOOP
        EXECUTE format('CREATE TRIGGER keep_replaced AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
            FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced(%s)', of.name, of.key_columns);
        EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS before
            FOR EACH STATEMENT EXECUTE FUNCTION keep_removed(%s)', of.name, of.key_columns);
        PERFORM log_changes_of(of.name, of.fact, of.key, of.publisher, '{recorded_by,recorded_at,recorded_in}');
        -- As they stood after an entry of the log (0015_known.sql).
        EXECUTE format($sql$
            CREATE VIEW known.%1$I AS
            SELECT %2$s FROM %1$I AS d WHERE NOT EXISTS (SELECT FROM known.change AS c
                WHERE c.fact = %3$s AND c.key = %4$s AND c.place > known.entry())
            UNION ALL
            SELECT %5$s FROM known.undone AS u CROSS JOIN LATERAL json_populate_record(NULL::%1$I, u.before) AS d
            WHERE u.fact = %3$s
            $sql$, of.name,
            (SELECT string_agg(format('d.%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = of.name::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT LIKE 'recorded\_%'),
            of.fact, of.known_key,
            (SELECT string_agg(coalesce(of.found ->> a.attname, format('d.%I', a.attname)) || format(' AS %I', a.attname), ', ' ORDER BY a.attnum)
             FROM pg_attribute AS a WHERE a.attrelid = of.name::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT LIKE 'recorded\_%'));
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of.name);
        EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true)', of.name);
    END LOOP;
END $$;
-- +goose StatementEnd

-- Whether the account supervises a publisher, other than by a grant at the publisher's own
-- node, and orders of an issuer to it: as the issuer itself, or as it or one above it.
-- +goose StatementBegin
CREATE FUNCTION supervises(issuer text, publisher text, itself boolean) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT FROM account_grant AS g JOIN node_reach AS p ON p.code = publisher JOIN node_reach AS i ON i.code = issuer
        WHERE g.account_id = acting_account() AND g.role = 2 AND g.node_code IS NOT NULL AND g.node_code <> publisher
          AND g.ended_at IS NULL AND g.from_day <= present_day() AND (g.to_day IS NULL OR g.to_day >= present_day())
          AND CASE WHEN g.self THEN g.node_code = ANY (p.near) ELSE g.node_code = ANY (p.above) END
          AND CASE WHEN itself THEN g.node_code = issuer ELSE g.node_code = ANY (i.above) END)
$$;
-- +goose StatementEnd

-- The name of the account that acts, by which events and requests are told to be its own.
-- +goose StatementBegin
CREATE FUNCTION acting_name() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT name FROM account WHERE id = acting_account()
$$;
-- +goose StatementEnd

-- Whether the account may decide an extension or accept an answer: not one that it asked
-- for or gave itself (four eyes, 双人).
-- +goose StatementBegin
CREATE FUNCTION decided_by_another(of_order text, event_kind smallint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT event_kind NOT IN (3, 5, 6) OR coalesce((
        SELECT e.account FROM order_event AS e
        WHERE e.order_ref = of_order AND e.kind = CASE event_kind WHEN 3 THEN 1 ELSE 4 END
        ORDER BY e.at DESC, e.n DESC LIMIT 1), '') IS DISTINCT FROM acting_name()
$$;
-- +goose StatementEnd

-- Packed orders go with the timelines, and what they were is kept as those are.
ALTER TABLE publisher_timeline ADD COLUMN orders bytea NOT NULL DEFAULT '';
ALTER TABLE former_timeline ADD COLUMN orders bytea NOT NULL DEFAULT '';
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_timelines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    CASE TG_OP WHEN 'UPDATE' THEN
        INSERT INTO former_timeline (publisher_code, number, packed, orders)
        SELECT publisher_code, (SELECT present_log_transaction()), packed, orders FROM (
            SELECT publisher_code, packed, orders FROM before WHERE changed <> pg_current_xact_id()
            EXCEPT SELECT publisher_code, packed, orders FROM after) AS replaced
        ON CONFLICT DO NOTHING;
    WHEN 'DELETE' THEN
        INSERT INTO former_timeline (publisher_code, number, packed, orders)
        SELECT publisher_code, (SELECT present_log_transaction()), packed, orders FROM before WHERE changed <> pg_current_xact_id()
        ON CONFLICT DO NOTHING;
    END CASE;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_timelines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    CASE TG_OP WHEN 'UPDATE' THEN
        INSERT INTO former_timeline (publisher_code, number, packed)
        SELECT publisher_code, (SELECT present_log_transaction()), packed FROM (
            SELECT publisher_code, packed FROM before WHERE changed <> pg_current_xact_id()
            EXCEPT SELECT publisher_code, packed FROM after) AS replaced
        ON CONFLICT DO NOTHING;
    WHEN 'DELETE' THEN
        INSERT INTO former_timeline (publisher_code, number, packed)
        SELECT publisher_code, (SELECT present_log_transaction()), packed FROM before WHERE changed <> pg_current_xact_id()
        ON CONFLICT DO NOTHING;
    END CASE;
    RETURN NULL;
END $$;
-- +goose StatementEnd
ALTER TABLE former_timeline DROP COLUMN orders;
ALTER TABLE publisher_timeline DROP COLUMN orders;
-- +goose StatementBegin
DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT tablename, policyname FROM pg_policies
        WHERE schemaname = current_schema() AND tablename IN ('supervision_order', 'order_event', 'exemption_request') LOOP
        EXECUTE format('DROP POLICY %I ON %I', of.policyname, of.tablename);
    END LOOP;
END $$;
-- +goose StatementEnd
DROP FUNCTION decided_by_another, supervises, acting_name;
DROP VIEW known.order_event, known.supervision_order, known.exemption_request;
SELECT log_changes_no_more_of(logged) FROM unnest('{supervision_order,order_event,exemption_request}'::text[]) AS logged;
DROP TABLE order_event, supervision_order, exemption_request;
