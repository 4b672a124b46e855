-- +goose Up

-- What writes did to the gaps of their day, for those who follow them: of each publisher
-- that a write concerns one row. It is added while the publisher is locked, so that those
-- of one publisher are in the order of effect by id. Nothing is numbered or changed
-- later: who follows names the transactions that it has seen. This is no fact; it follows
-- from timelines, is not backed up, and is taken out when it is old.
CREATE TABLE gap_event (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    written        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    publisher_code text COLLATE "C" NOT NULL,
    above          text[] NOT NULL, -- the codes of the publisher and the nodes above it, at the write
    cells          text NOT NULL    -- JSON: [entry, status before, status after] of each cell, by entry
);
CREATE INDEX gap_event_written ON gap_event (written);

-- The latest transaction of which something was taken out.
CREATE TABLE gap_event_gone (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    written xid8 NOT NULL DEFAULT '0'
);
INSERT INTO gap_event_gone DEFAULT VALUES;

-- +goose Down
DROP TABLE gap_event, gap_event_gone;
