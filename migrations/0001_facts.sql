-- +goose Up

-- Codes and refs compare as bytes (docs/design.md, Dates), whatever the
-- database's own collation: COLLATE "C" wherever they stand.

-- Every fact says who recorded its present version and when; earlier versions
-- are kept by the triggers below.

CREATE TABLE node (
    code         text COLLATE "C" PRIMARY KEY,
    name         text NOT NULL,
    level        smallint NOT NULL,          -- 0 nation … 5 village; a department's is its parent's
    department   boolean NOT NULL,
    parent_code  text COLLATE "C" REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    valid_from   date,
    valid_to     date,
    succeeded_by text[] NOT NULL DEFAULT '{}',
    functions    text[] NOT NULL DEFAULT '{}',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog (
    code                        text COLLATE "C" PRIMARY KEY,
    title                       text NOT NULL,
    issuer_code                 text COLLATE "C" NOT NULL REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    based_on                    text COLLATE "C" REFERENCES catalog DEFERRABLE INITIALLY DEFERRED,
    effective_from              date NOT NULL,
    effective_to                date,
    grace_working_days          integer NOT NULL,
    interpretation_working_days integer NOT NULL,
    source                      text NOT NULL DEFAULT '',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog_entry (
    catalog_code   text COLLATE "C" NOT NULL REFERENCES catalog DEFERRABLE INITIALLY DEFERRED,
    entry_code     text COLLATE "C" NOT NULL,
    category       text NOT NULL,
    item           text NOT NULL,
    sub_item       text NOT NULL,
    content        text NOT NULL,
    legal_basis    text NOT NULL,
    levels         smallint[] NOT NULL,
    publishers     text[] NOT NULL,
    mode           text NOT NULL,
    audience       text NOT NULL,
    limit_kind     smallint NOT NULL,
    limit_n        integer,
    limit_anchor   smallint NOT NULL,
    period         smallint NOT NULL,        -- periods a year, 0 for none
    period_limit_n integer NOT NULL,
    refresh_days   integer NOT NULL,
    channels       text[] NOT NULL,
    omit           boolean NOT NULL,
    evidence       text NOT NULL,
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (catalog_code, entry_code)
);

-- One row a day that an arrangement lists.
CREATE TABLE arrangement_day (
    year        integer NOT NULL,
    day         date NOT NULL,
    name        text NOT NULL,
    off         boolean NOT NULL,
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (year, day)
);

CREATE TABLE assignment (
    publisher_code text COLLATE "C" NOT NULL REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    entry_code     text COLLATE "C" NOT NULL,
    action         smallint NOT NULL,        -- 0 include, 1 exempt
    from_day       date NOT NULL,
    to_day         date,
    reason         text NOT NULL,
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (publisher_code, entry_code, action, from_day)
);

-- The growing tables begin their key with the publisher, so that they can be
-- partitioned or distributed by it (docs/adr/0001-index.md).

CREATE TABLE disclosure (
    ref                     text COLLATE "C" NOT NULL UNIQUE,
    publisher_code          text COLLATE "C" NOT NULL,
    entry_code              text COLLATE "C" NOT NULL,
    title                   text NOT NULL,
    document_number         text NOT NULL DEFAULT '',
    index_number            text NOT NULL DEFAULT '',
    attribute               smallint NOT NULL, -- 0 proactive, 1 on request, 2 not disclosed
    formed_on               date,
    issued_on               date,
    published_on            date,
    withdrawn_on            date,
    period                  text NOT NULL DEFAULT '',
    nil                     boolean NOT NULL DEFAULT false,
    requires_interpretation boolean NOT NULL DEFAULT false,
    interprets_ref          text COLLATE "C",
    channel                 text NOT NULL DEFAULT '',
    url                     text NOT NULL DEFAULT '',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    -- The day by which lists are ordered: that of publication, else formed.
    listed_on               date NOT NULL GENERATED ALWAYS AS (
        coalesce(CASE WHEN attribute = 0 THEN published_on END, formed_on, date '1970-01-01')) STORED,
    PRIMARY KEY (publisher_code, entry_code, ref)
);
CREATE INDEX disclosure_newest_of_publisher ON disclosure (publisher_code, listed_on DESC, ref);
CREATE INDEX disclosure_interprets ON disclosure (interprets_ref) WHERE interprets_ref IS NOT NULL;

CREATE TABLE news (
    ref            text COLLATE "C" NOT NULL UNIQUE,
    publisher_code text COLLATE "C" NOT NULL,
    entry_code     text COLLATE "C" NOT NULL,
    title          text NOT NULL,
    summary        text NOT NULL DEFAULT '',
    published_at   timestamptz NOT NULL,
    url            text NOT NULL DEFAULT '',
    tags           text[] NOT NULL DEFAULT '{}',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    listed_on      date NOT NULL GENERATED ALWAYS AS ((published_at AT TIME ZONE INTERVAL '+08:00')::date) STORED,
    PRIMARY KEY (publisher_code, entry_code, ref)
);
CREATE INDEX news_newest_of_publisher ON news (publisher_code, listed_on DESC, ref);

CREATE TABLE event (
    ref        text COLLATE "C" PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL,
    started_on date NOT NULL,
    ended_on   date,
    area_codes text[] NOT NULL DEFAULT '{}',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE relief_movement (
    ref             text COLLATE "C" NOT NULL UNIQUE,
    kind            smallint NOT NULL,       -- 0 allocation, 1 distribution, 2 donation
    from_code       text COLLATE "C",
    to_code         text COLLATE "C",
    relief_class    smallint NOT NULL,
    event_ref       text COLLATE "C",
    funds_fen       bigint NOT NULL CHECK (funds_fen >= 0),
    goods_item      text NOT NULL DEFAULT '',
    goods_thousandths bigint NOT NULL DEFAULT 0 CHECK (goods_thousandths >= 0),
    goods_unit      text NOT NULL DEFAULT '',
    households      bigint NOT NULL DEFAULT 0,
    persons         bigint NOT NULL DEFAULT 0,
    occurred_on     date NOT NULL,
    document_number text NOT NULL DEFAULT '',
    disclosure_ref  text COLLATE "C",
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    -- The publisher that answers for the movement: the giver, of a donation the receiver.
    publisher_code  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(from_code, to_code)) STORED,
    PRIMARY KEY (publisher_code, ref)
);
CREATE INDEX relief_movement_given ON relief_movement (from_code, occurred_on) WHERE from_code IS NOT NULL;
CREATE INDEX relief_movement_received ON relief_movement (to_code, occurred_on) WHERE to_code IS NOT NULL;
CREATE INDEX relief_movement_disclosure ON relief_movement (disclosure_ref) WHERE disclosure_ref IS NOT NULL;

-- Earlier versions: who replaced what by what, and when.
CREATE TABLE fact_history (
    fact       text NOT NULL,                -- the table
    key        jsonb NOT NULL,               -- the values of its key
    before     jsonb NOT NULL,
    after      jsonb,                        -- null where it was taken out
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX fact_history_key ON fact_history (fact, key);

-- +goose StatementBegin
CREATE FUNCTION fact_key(fact jsonb, columns text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_agg(fact -> c ORDER BY n) FROM unnest(columns) WITH ORDINALITY AS k (c, n) $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION keep_replaced() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION keep_removed() RETURNS trigger LANGUAGE plpgsql AS $$
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
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES
        ('node', '{code}'::text[]), ('catalog', '{code}'), ('catalog_entry', '{catalog_code,entry_code}'),
        ('arrangement_day', '{year,day}'), ('assignment', '{publisher_code,entry_code,action,from_day}'),
        ('disclosure', '{ref}'), ('news', '{ref}'), ('event', '{ref}'), ('relief_movement', '{ref}')) AS t (name, key)
    LOOP
        EXECUTE format('CREATE TRIGGER keep_replaced AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
            FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced(%s)', kept.name,
            (SELECT string_agg(quote_literal(k), ',') FROM unnest(kept.key) AS k));
        EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS before
            FOR EACH STATEMENT EXECUTE FUNCTION keep_removed(%s)', kept.name,
            (SELECT string_agg(quote_literal(k), ',') FROM unnest(kept.key) AS k));
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE fact_history, relief_movement, event, news, disclosure, assignment, arrangement_day, catalog_entry, catalog, node;
DROP FUNCTION keep_replaced, keep_removed, fact_key;
