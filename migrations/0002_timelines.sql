-- +goose Up

-- What follows from the facts: per publisher one packed row of its cells'
-- timelines and duties' days. `changed` is the transaction that last wrote the
-- row: servers read the rows that became visible since they last looked.
CREATE TABLE publisher_timeline (
    publisher_code text COLLATE "C" PRIMARY KEY REFERENCES node DEFERRABLE INITIALLY DEFERRED,
    packed         bytea NOT NULL DEFAULT '\x01',
    changed        xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX publisher_timeline_changed ON publisher_timeline (changed);

-- Which parts of what is held in memory besides timelines changed last, by which
-- transaction: nodes, catalogs, calendar.
CREATE TABLE reference_change (
    part    text PRIMARY KEY,
    changed xid8 NOT NULL DEFAULT pg_current_xact_id()
);
INSERT INTO reference_change (part) VALUES ('nodes'), ('catalogs'), ('calendar');

-- +goose Down
DROP TABLE reference_change, publisher_timeline;
