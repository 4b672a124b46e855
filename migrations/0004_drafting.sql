-- +goose Up

-- Reviews of documents that are not to be disclosed, before they are issued
-- (保密审查).
CREATE TABLE secrecy_review (
    disclosure_ref text COLLATE "C" NOT NULL REFERENCES disclosure (ref) DEFERRABLE INITIALLY DEFERRED,
    reviewed_on    date NOT NULL,
    reviewed_by    text NOT NULL,
    result         text NOT NULL,
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (disclosure_ref)
);
CREATE TRIGGER keep_replaced AFTER UPDATE ON secrecy_review REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced('disclosure_ref');
CREATE TRIGGER keep_removed AFTER DELETE ON secrecy_review REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION keep_removed('disclosure_ref');

-- Documents that are not proactive, by whom they are looked at each year.
CREATE INDEX disclosure_not_proactive ON disclosure (publisher_code, ref) WHERE attribute <> 0;

-- +goose Down
DROP INDEX disclosure_not_proactive;
DROP TABLE secrecy_review;
