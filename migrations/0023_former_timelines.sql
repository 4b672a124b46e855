-- +goose Up

-- The timelines that publishers had before (docs/known-at.md): what was known long ago
-- is read, and not made anew from the facts of then. They follow from facts, as the
-- present ones do, are no part of a backup, and are let go where the rules may have
-- changed (`reliefgraph rebuild`).

CREATE TABLE former_timeline (
    publisher_code text COLLATE "C" NOT NULL,
    number         bigint NOT NULL,          -- of the transaction that replaced them, as the log has it
    packed         bytea NOT NULL,
    PRIMARY KEY (publisher_code, number)
);
CREATE INDEX former_timeline_number ON former_timeline (number, publisher_code);

-- Where transactions stand in the log: their last entry.
CREATE TABLE log_place (
    number   bigint PRIMARY KEY,
    sequence bigint NOT NULL
);
CREATE INDEX log_place_sequence ON log_place (sequence, number);

-- A row that the same transaction wrote was seen by nobody.
-- +goose StatementBegin
CREATE FUNCTION keep_timelines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
CREATE TRIGGER keep_replaced AFTER UPDATE ON publisher_timeline REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION keep_timelines();
CREATE TRIGGER keep_removed AFTER DELETE ON publisher_timeline REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION keep_timelines();

-- The entry from which on all that were replaced are kept: the last of those who ended
-- before the triggers were there, or are ending.
CREATE TABLE former_timelines_from (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence bigint NOT NULL
);
SELECT pg_advisory_xact_lock(5331020004);
INSERT INTO former_timelines_from (sequence) SELECT size + (SELECT count(*) FROM log_pending) FROM log_head;

-- +goose Down
DROP TRIGGER keep_replaced ON publisher_timeline;
DROP TRIGGER keep_removed ON publisher_timeline;
DROP FUNCTION keep_timelines;
DROP TABLE former_timeline, log_place, former_timelines_from;
