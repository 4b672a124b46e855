-- +goose Up

-- The publication day of a document, null where it has none: here and in
-- disclosure.PublicationDay alone (docs/design.md, Duties). It stood in two columns.
-- +goose StatementBegin
CREATE FUNCTION publication_day(attribute smallint, published_on date, disclose_on date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN attribute = 0 THEN published_on
                WHEN published_on IS NOT NULL AND disclose_on IS NOT NULL THEN greatest(published_on, disclose_on) END
$$;
-- +goose StatementEnd

DROP INDEX disclosure_newest_of_publisher;
ALTER TABLE disclosure DROP COLUMN public_on, DROP COLUMN listed_on;
ALTER TABLE disclosure
    ADD COLUMN public_on date GENERATED ALWAYS AS (publication_day(attribute, published_on, disclose_on)) STORED,
    ADD COLUMN listed_on date NOT NULL GENERATED ALWAYS AS (
        coalesce(publication_day(attribute, published_on, disclose_on), formed_on, date '1970-01-01')) STORED;
CREATE INDEX disclosure_newest_of_publisher ON disclosure (publisher_code, listed_on DESC, ref);

-- +goose Down
DROP INDEX disclosure_newest_of_publisher;
ALTER TABLE disclosure DROP COLUMN public_on, DROP COLUMN listed_on;
DROP FUNCTION publication_day;
ALTER TABLE disclosure
    ADD COLUMN public_on date GENERATED ALWAYS AS (
        CASE WHEN attribute = 0 THEN published_on
             WHEN published_on IS NOT NULL AND disclose_on IS NOT NULL THEN greatest(published_on, disclose_on) END) STORED,
    ADD COLUMN listed_on date NOT NULL GENERATED ALWAYS AS (
        coalesce(CASE WHEN attribute = 0 THEN published_on
                      WHEN published_on IS NOT NULL AND disclose_on IS NOT NULL THEN greatest(published_on, disclose_on) END,
                 formed_on, date '1970-01-01')) STORED;
CREATE INDEX disclosure_newest_of_publisher ON disclosure (publisher_code, listed_on DESC, ref);
