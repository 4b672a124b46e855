-- +goose Up

-- What was withdrawn of an entry, for who supposes another limit of it: without the
-- documents that were not.
CREATE INDEX disclosure_withdrawn ON disclosure (entry_code, publisher_code) WHERE withdrawn_on IS NOT NULL;

-- +goose Down
DROP INDEX disclosure_withdrawn;
