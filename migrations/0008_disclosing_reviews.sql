-- +goose Up

-- The day from which a review has its document disclosed, null where it keeps the
-- attribute: of the first one, min() over a document's reviews, disclose_on is
-- made. It stood here and in the statement that tells what an import changes.
-- +goose StatementBegin
CREATE FUNCTION disclosing_day(result smallint, reviewed_on date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN result = 1 THEN reviewed_on END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION note_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE disclosure AS d SET disclose_on = first.day
    FROM (SELECT r.disclosure_ref, min(disclosing_day(o.result, o.reviewed_on)) AS day
          FROM (SELECT DISTINCT disclosure_ref FROM reviewed) AS r
          LEFT JOIN review AS o ON o.disclosure_ref = r.disclosure_ref
          GROUP BY 1) AS first
    WHERE d.ref = first.disclosure_ref AND d.disclose_on IS DISTINCT FROM first.day;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION note_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION disclosing_day;
