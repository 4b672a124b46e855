-- +goose Up

-- Reviews of the attribute of documents that are not proactive (属性审查). They
-- are few beside the documents and are asked for by document.
CREATE TABLE review (
    disclosure_ref text COLLATE "C" NOT NULL REFERENCES disclosure (ref) DEFERRABLE INITIALLY DEFERRED,
    reviewed_on    date NOT NULL,
    result         smallint NOT NULL,        -- 0 keep, 1 disclose
    consulted      text NOT NULL DEFAULT '',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (disclosure_ref, reviewed_on)
);

-- Concerns of the public (群众关切), which want an answer within hours.
CREATE TABLE concern (
    ref            text COLLATE "C" NOT NULL UNIQUE,
    publisher_code text COLLATE "C" NOT NULL,
    title          text NOT NULL,
    severity       smallint NOT NULL,        -- 0 normal, 1 major
    detected_at    timestamptz NOT NULL,
    responded_at   timestamptz,
    response_ref   text COLLATE "C",
    escalated_to   text NOT NULL DEFAULT '',
    recorded_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (publisher_code, ref)
);
CREATE INDEX concern_newest_of_publisher ON concern (publisher_code, detected_at DESC, ref);

CREATE TRIGGER keep_replaced AFTER UPDATE ON review REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced('disclosure_ref', 'reviewed_on');
CREATE TRIGGER keep_removed AFTER DELETE ON review REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION keep_removed('disclosure_ref', 'reviewed_on');
CREATE TRIGGER keep_replaced AFTER UPDATE ON concern REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced('ref');
CREATE TRIGGER keep_removed AFTER DELETE ON concern REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION keep_removed('ref');

-- What follows for the document from its reviews: the day of the first that says
-- to disclose it, from when it is proactive, and with it the day of publication
-- and the one by which lists are ordered.
DROP INDEX disclosure_newest_of_publisher;
ALTER TABLE disclosure DROP COLUMN listed_on;
ALTER TABLE disclosure ADD COLUMN disclose_on date;
ALTER TABLE disclosure
    ADD COLUMN public_on date GENERATED ALWAYS AS (
        CASE WHEN attribute = 0 THEN published_on
             WHEN published_on IS NOT NULL AND disclose_on IS NOT NULL THEN greatest(published_on, disclose_on) END) STORED,
    ADD COLUMN listed_on date NOT NULL GENERATED ALWAYS AS (
        coalesce(CASE WHEN attribute = 0 THEN published_on
                      WHEN published_on IS NOT NULL AND disclose_on IS NOT NULL THEN greatest(published_on, disclose_on) END,
                 formed_on, date '1970-01-01')) STORED;
CREATE INDEX disclosure_newest_of_publisher ON disclosure (publisher_code, listed_on DESC, ref);

-- +goose StatementBegin
CREATE FUNCTION note_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE disclosure AS d SET disclose_on = first.day
    FROM (SELECT r.disclosure_ref, min(o.reviewed_on) FILTER (WHERE o.result = 1) AS day
          FROM (SELECT DISTINCT disclosure_ref FROM reviewed) AS r
          LEFT JOIN review AS o ON o.disclosure_ref = r.disclosure_ref
          GROUP BY 1) AS first
    WHERE d.ref = first.disclosure_ref AND d.disclose_on IS DISTINCT FROM first.day;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER note_added AFTER INSERT ON review REFERENCING NEW TABLE AS reviewed
    FOR EACH STATEMENT EXECUTE FUNCTION note_reviews();
CREATE TRIGGER note_replaced AFTER UPDATE ON review REFERENCING NEW TABLE AS reviewed
    FOR EACH STATEMENT EXECUTE FUNCTION note_reviews();
CREATE TRIGGER note_removed AFTER DELETE ON review REFERENCING OLD TABLE AS reviewed
    FOR EACH STATEMENT EXECUTE FUNCTION note_reviews();

-- +goose Down
DROP TABLE review, concern;
DROP FUNCTION note_reviews;
DROP INDEX disclosure_newest_of_publisher;
ALTER TABLE disclosure DROP COLUMN public_on, DROP COLUMN listed_on;
ALTER TABLE disclosure DROP COLUMN disclose_on;
ALTER TABLE disclosure ADD COLUMN listed_on date NOT NULL GENERATED ALWAYS AS (
    coalesce(CASE WHEN attribute = 0 THEN published_on END, formed_on, date '1970-01-01')) STORED;
CREATE INDEX disclosure_newest_of_publisher ON disclosure (publisher_code, listed_on DESC, ref);
