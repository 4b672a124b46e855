-- +goose Up

-- Documents found by a part of their title, and the newest of all, without reading those
-- of every publisher (docs/adr/0012-titles.md). Who writes documents waits while the indexes
-- are made.

-- What is looked up: every two characters that follow each other, and the last one
-- alone, with the half year in which the document is listed before them, so that a page
-- is looked for from where it begins. Documents without a day of publication have keys
-- of their own, which who may not see them never meets.
-- +goose StatementBegin
CREATE FUNCTION title_keys(title text, listed_on date, dated boolean) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    characters text[] := string_to_array(title, NULL);
    within text := concat(CASE WHEN dated THEN '+' ELSE '-' END, (listed_on - date '1970-01-01') / 183, ':');
BEGIN
    RETURN array_to_tsvector(ARRAY(SELECT concat(within, a, b) FROM unnest(characters, characters[2:]) AS pair (a, b)));
END $$;
-- +goose StatementEnd

CREATE INDEX disclosure_title ON disclosure USING gin (title_keys(title, listed_on, public_on IS NOT NULL))
    WITH (gin_pending_list_limit = 512);
CREATE INDEX disclosure_newest ON disclosure (listed_on DESC, ref);

-- +goose Down
DROP INDEX disclosure_newest;
DROP INDEX disclosure_title;
DROP FUNCTION title_keys;
