-- +goose Up

-- The database's own id, another one after every restore: by it a server that follows
-- the database, and a backup, tell it from what it was made of.
CREATE TABLE database_identity (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id  uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO database_identity DEFAULT VALUES;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION database_origin(OUT backend text, OUT history text) LANGUAGE plpgsql AS $$
DECLARE
    timeline text;
BEGIN
    -- The server process that runs this, of which system. One that was there before
    -- proves that there was no crash since. It keeps its name, which takes time to make.
    backend := current_setting('reliefgraph.backend', true);
    IF coalesce(backend, '') = '' THEN
        backend := concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), pg_backend_pid(),
            (SELECT extract(epoch FROM backend_start) FROM pg_stat_get_activity(pg_backend_pid())),
            extract(epoch FROM pg_postmaster_start_time()),
            -- A crash empties the statistics.
            extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()));
        PERFORM set_config('reliefgraph.backend', backend, false);
    END IF;
    IF pg_is_in_recovery() THEN
        timeline := 'recovery ' || coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()));
    ELSE
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    END IF;
    -- A restore makes the tables' files anew, or makes or switches the trigger.
    history := concat_ws(' ', timeline, pg_relation_filenode(to_regclass('publisher_timeline')),
        pg_relation_filenode(to_regclass('reference_change')),
        (SELECT xmin FROM pg_trigger WHERE tgrelid = to_regclass('publisher_timeline') AND tgname = 'stamp_inserted'),
        (SELECT id FROM database_identity));
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION database_origin(OUT backend text, OUT history text) LANGUAGE plpgsql AS $$
DECLARE
    timeline text;
BEGIN
    -- The server process that runs this, of which system. One that was there before
    -- proves that there was no crash since. It keeps its name, which takes time to make.
    backend := current_setting('reliefgraph.backend', true);
    IF coalesce(backend, '') = '' THEN
        backend := concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), pg_backend_pid(),
            (SELECT extract(epoch FROM backend_start) FROM pg_stat_get_activity(pg_backend_pid())),
            extract(epoch FROM pg_postmaster_start_time()),
            -- A crash empties the statistics.
            extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()));
        PERFORM set_config('reliefgraph.backend', backend, false);
    END IF;
    IF pg_is_in_recovery() THEN
        timeline := 'recovery ' || coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()));
    ELSE
        timeline := left(pg_walfile_name(pg_current_wal_lsn()), 8);
    END IF;
    -- A restore makes the tables' files anew, or makes or switches the trigger.
    history := concat_ws(' ', timeline, pg_relation_filenode(to_regclass('publisher_timeline')),
        pg_relation_filenode(to_regclass('reference_change')),
        (SELECT xmin FROM pg_trigger WHERE tgrelid = to_regclass('publisher_timeline') AND tgname = 'stamp_inserted'));
END $$;
-- +goose StatementEnd
DROP TABLE database_identity;
