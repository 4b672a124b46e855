-- +goose Up

-- Which nodes' books of relief are others since: those of the nodes from and to which
-- movements changed, or the disclosures that they name. Rows are added alone, so that no
-- writer waits for another; servers read what became visible since they looked last
-- (internal/store/books.go), and take out what is old.
CREATE TABLE book_change (
    code    text COLLATE "C" NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    changed xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX book_change_changed ON book_change (changed);
CREATE INDEX book_change_at ON book_change (at);

-- +goose StatementBegin
CREATE FUNCTION note_movements() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO book_change (code)
        SELECT from_code FROM after WHERE from_code IS NOT NULL UNION SELECT to_code FROM after WHERE to_code IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO book_change (code)
        SELECT from_code FROM before WHERE from_code IS NOT NULL UNION SELECT to_code FROM before WHERE to_code IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_movements_inserted AFTER INSERT ON relief_movement REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_movements();
CREATE TRIGGER note_movements_updated AFTER UPDATE ON relief_movement REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_movements();
CREATE TRIGGER note_movements_deleted AFTER DELETE ON relief_movement REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION note_movements();

-- A disclosure counts by whether there is one, and by the days on which it is public.
-- +goose StatementBegin
CREATE FUNCTION note_named() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    named text[];
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        named := ARRAY(SELECT ref FROM after);
    WHEN 'DELETE' THEN
        named := ARRAY(SELECT ref FROM before);
    ELSE
        named := ARRAY(SELECT ref FROM after AS a JOIN before AS b USING (ref)
            WHERE (a.public_on, a.withdrawn_on) IS DISTINCT FROM (b.public_on, b.withdrawn_on));
    END CASE;
    INSERT INTO book_change (code)
    SELECT from_code FROM relief_movement WHERE disclosure_ref = ANY (named) AND from_code IS NOT NULL
    UNION SELECT to_code FROM relief_movement WHERE disclosure_ref = ANY (named) AND to_code IS NOT NULL;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_named_inserted AFTER INSERT ON disclosure REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_named();
CREATE TRIGGER note_named_updated AFTER UPDATE ON disclosure REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_named();
CREATE TRIGGER note_named_deleted AFTER DELETE ON disclosure REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION note_named();

-- +goose Down
DROP TRIGGER note_named_deleted ON disclosure;
DROP TRIGGER note_named_updated ON disclosure;
DROP TRIGGER note_named_inserted ON disclosure;
DROP FUNCTION note_named;
DROP TRIGGER note_movements_deleted ON relief_movement;
DROP TRIGGER note_movements_updated ON relief_movement;
DROP TRIGGER note_movements_inserted ON relief_movement;
DROP FUNCTION note_movements;
DROP TABLE book_change;
