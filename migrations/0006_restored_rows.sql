-- +goose Up

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
