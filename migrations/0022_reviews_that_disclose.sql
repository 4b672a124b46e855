-- +goose Up

-- A review that discloses changes its document, too: on which day it is to be disclosed.
-- That follows from the review, which its reviewer may write; no clerk does it.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    roles smallint[] := '{0}';
BEGIN
    IF current_user = (SELECT relowner::regrole::name FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW; -- a trigger notes what follows from another fact, as note_reviews does
    END IF;
    IF TG_TABLE_NAME = 'disclosure' THEN
        IF NOT OLD.requires_interpretation AND NEW.requires_interpretation
            AND (OLD.issued_on, OLD.published_on, OLD.withdrawn_on, OLD.channel, OLD.url)
                IS NOT DISTINCT FROM (NEW.issued_on, NEW.published_on, NEW.withdrawn_on, NEW.channel, NEW.url) THEN
            roles := '{1,2}';
        END IF;
    ELSIF (OLD.responded_at, OLD.response_ref) IS NOT DISTINCT FROM (NEW.responded_at, NEW.response_ref) THEN
        roles := '{0,2}';
    END IF;
    IF NOT EXISTS (SELECT FROM node_reach AS r WHERE r.code = NEW.publisher_code
        AND (r.above && granted_nodes(roles, false) OR r.near && granted_nodes(roles, true))) THEN
        RAISE EXCEPTION 'the account may not do this for %', NEW.publisher_code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    roles smallint[] := '{0}';
BEGIN
    IF TG_TABLE_NAME = 'disclosure' THEN
        IF NOT OLD.requires_interpretation AND NEW.requires_interpretation
            AND (OLD.issued_on, OLD.published_on, OLD.withdrawn_on, OLD.channel, OLD.url)
                IS NOT DISTINCT FROM (NEW.issued_on, NEW.published_on, NEW.withdrawn_on, NEW.channel, NEW.url) THEN
            roles := '{1,2}';
        END IF;
    ELSIF (OLD.responded_at, OLD.response_ref) IS NOT DISTINCT FROM (NEW.responded_at, NEW.response_ref) THEN
        roles := '{0,2}';
    END IF;
    IF NOT EXISTS (SELECT FROM node_reach AS r WHERE r.code = NEW.publisher_code
        AND (r.above && granted_nodes(roles, false) OR r.near && granted_nodes(roles, true))) THEN
        RAISE EXCEPTION 'the account may not do this for %', NEW.publisher_code USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
