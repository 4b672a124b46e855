-- +goose Up

-- The log as people read it: newest first, of a publisher, an account or a fact, and
-- between two instants. What a count asks besides stands in the index too, so that it
-- reads no entry. All entries of a transaction have one instant.
DROP INDEX log_entry_at;
CREATE INDEX log_entry_at ON log_entry (at, sequence);
DROP INDEX log_entry_of_publisher;
CREATE INDEX log_entry_of_publisher ON log_entry (publisher, sequence) INCLUDE (fact, account) WHERE publisher IS NOT NULL;
DROP INDEX log_entry_of_account;
CREATE INDEX log_entry_of_account ON log_entry (account, sequence) INCLUDE (fact, publisher, former_publisher) WHERE account IS NOT NULL;

-- +goose Down
DROP INDEX log_entry_at;
CREATE INDEX log_entry_at ON log_entry (at);
DROP INDEX log_entry_of_publisher;
CREATE INDEX log_entry_of_publisher ON log_entry (publisher, sequence) WHERE publisher IS NOT NULL;
DROP INDEX log_entry_of_account;
CREATE INDEX log_entry_of_account ON log_entry (account, sequence) WHERE account IS NOT NULL;
