-- +goose Up

-- What a server asks at every look, to notice when the ids of transactions that it
-- has seen no longer tell what is new (docs/adr/0002-catch-up.md). A function, as
-- planning it each time would take longer than the look.
-- +goose StatementBegin
CREATE FUNCTION database_origin(OUT backend text, OUT history text) LANGUAGE plpgsql AS $$
DECLARE
    timeline text;
BEGIN
    -- The server process that runs this, of which system. One that was there before
    -- proves that there was no crash since. It keeps its name, which takes time to make.
    backend := current_setting('reliefgraph.backend', true);
    IF coalesce(backend, '') = '' THEN
        backend := concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), pg_backend_pid(),
            (SELECT extract(epoch FROM backend_start) FROM pg_stat_get_activity(pg_backend_pid())));
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

-- Rows that a dump puts back carry the transaction ids of their time. Where they
-- are put into tables that are there already, they are stamped with the
-- transaction that puts them there, so that servers read them.
-- +goose StatementBegin
CREATE FUNCTION stamp_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := pg_current_xact_id();
    RETURN NEW;
END $$;
-- +goose StatementEnd

CREATE TRIGGER stamp_inserted BEFORE INSERT ON publisher_timeline FOR EACH ROW
    WHEN (NEW.changed <> pg_current_xact_id()) EXECUTE FUNCTION stamp_inserted();
CREATE TRIGGER stamp_inserted BEFORE INSERT ON reference_change FOR EACH ROW
    WHEN (NEW.changed <> pg_current_xact_id()) EXECUTE FUNCTION stamp_inserted();

-- +goose Down
DROP TRIGGER stamp_inserted ON publisher_timeline;
DROP TRIGGER stamp_inserted ON reference_change;
DROP FUNCTION stamp_inserted;
DROP FUNCTION database_origin;
