-- +goose Up

-- The second wall (docs/accounts.md): what is hidden is kept by the database too, which
-- derives from the account alone whose facts that may see and write. The policies
-- of the roles that serve are made with these (internal/store/walls.go).

-- The closure of the tree: each node with all above it, and the nodes at which a grant
-- of the scope SELF reaches it.
CREATE TABLE node_reach (
    code  text COLLATE "C" PRIMARY KEY,
    above text[] COLLATE "C" NOT NULL,       -- the node first
    near  text[] COLLATE "C" NOT NULL        -- the node, and of a department the place directly above
);
CREATE INDEX node_below ON node (parent_code);

-- +goose StatementBegin
CREATE FUNCTION reach_of_nodes(codes text[]) RETURNS SETOF node_reach LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT n.code, n.parent_code, ARRAY[n.code] AS above FROM node AS n WHERE n.code = ANY (codes)
        UNION ALL
        SELECT u.code, p.parent_code, u.above || p.code FROM up AS u JOIN node AS p ON p.code = u.parent_code
        WHERE p.code <> ALL (u.above))
    SELECT DISTINCT ON (u.code) u.code, u.above,
           CASE WHEN n.department AND NOT p.department THEN ARRAY[n.code, p.code] ELSE ARRAY[n.code] END
    FROM up AS u JOIN node AS n ON n.code = u.code LEFT JOIN node AS p ON p.code = n.parent_code
    ORDER BY u.code, cardinality(u.above) DESC
$$;
-- +goose StatementEnd

-- A node that changes changes the reach of all below it.
-- +goose StatementBegin
CREATE FUNCTION note_reach() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    changed text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM node_reach WHERE code IN (SELECT code FROM before);
    END IF;
    IF TG_OP = 'INSERT' THEN
        changed := ARRAY(SELECT code FROM after);
    ELSIF TG_OP = 'UPDATE' THEN
        changed := ARRAY(SELECT a.code FROM after AS a JOIN before AS b USING (code)
            WHERE (a.parent_code, a.department) IS DISTINCT FROM (b.parent_code, b.department));
    ELSE
        changed := ARRAY(SELECT code FROM before);
    END IF;
    IF cardinality(changed) = 0 THEN
        RETURN NULL;
    END IF;
    WITH RECURSIVE below AS (
        SELECT unnest(changed) COLLATE "C" AS code
        UNION SELECT n.code FROM below AS b JOIN node AS n ON n.parent_code = b.code)
    INSERT INTO node_reach AS r SELECT * FROM reach_of_nodes(ARRAY(SELECT code FROM below))
    ON CONFLICT (code) DO UPDATE SET above = excluded.above, near = excluded.near
    WHERE (r.above, r.near) IS DISTINCT FROM (excluded.above, excluded.near);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_reach_inserted AFTER INSERT ON node REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_reach();
CREATE TRIGGER note_reach_updated AFTER UPDATE ON node REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION note_reach();
CREATE TRIGGER note_reach_deleted AFTER DELETE ON node REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION note_reach();
INSERT INTO node_reach SELECT * FROM reach_of_nodes(ARRAY(SELECT code FROM node));

-- The day by which documents are public and grants hold: that of China.
CREATE FUNCTION present_day() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT (clock_timestamp() AT TIME ZONE INTERVAL '+08:00')::date $$;

-- Who asks. Nobody where no account is named, or one that is disabled.
-- +goose StatementBegin
CREATE FUNCTION acting_account() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT id FROM account WHERE id = nullif(current_setting('reliefgraph.account', true), '')::bigint AND disabled_at IS NULL
$$;
-- +goose StatementEnd

-- The nodes at which the account holds one of the roles today, with all below or alone.
-- +goose StatementBegin
CREATE FUNCTION granted_nodes(roles smallint[], alone boolean) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(g.node_code), '{}') FROM account_grant AS g
    WHERE g.account_id = acting_account() AND g.role = ANY (roles) AND g.self = alone AND g.node_code IS NOT NULL
      AND g.ended_at IS NULL AND g.from_day <= present_day() AND (g.to_day IS NULL OR g.to_day >= present_day())
$$;
-- +goose StatementEnd

-- Whether the account may review a document: not one that it registered (four eyes, 双人).
-- +goose StatementBegin
CREATE FUNCTION registered_by_another(document text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (SELECT FROM disclosure AS d JOIN account AS a ON a.name = d.registered_by
        WHERE d.ref = document AND a.id = acting_account())
$$;
-- +goose StatementEnd

-- A policy does not know what of a row was changed: who orders an interpretation may not
-- publish, who escalates a concern may not answer it.
-- +goose StatementBegin
CREATE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER guard_change BEFORE UPDATE ON disclosure FOR EACH ROW
    WHEN (current_setting('reliefgraph.account', true) <> '') EXECUTE FUNCTION guard_change();
CREATE TRIGGER guard_change BEFORE UPDATE ON concern FOR EACH ROW
    WHEN (current_setting('reliefgraph.account', true) <> '') EXECUTE FUNCTION guard_change();

-- A trigger that keeps versions, and one that notes what follows, write whatever who
-- changed the fact may write.
ALTER FUNCTION keep_replaced() SECURITY DEFINER;
ALTER FUNCTION keep_removed() SECURITY DEFINER;
ALTER FUNCTION note_reviews() SECURITY DEFINER;
ALTER FUNCTION keep_replaced() SET search_path FROM CURRENT;
ALTER FUNCTION keep_removed() SET search_path FROM CURRENT;
ALTER FUNCTION note_reviews() SET search_path FROM CURRENT;

-- Its limits hold for the owner too, who is given all by a policy of its own: a role
-- that gets the owner's rights by mistake gets nothing.
-- +goose StatementBegin
DO $$
DECLARE
    of text;
BEGIN
    FOREACH of IN ARRAY '{disclosure,review,secrecy_review,fact_history,news,concern,relief_movement}'::text[] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of);
        EXECUTE format('CREATE POLICY owner ON %I TO CURRENT_USER USING (true)', of);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    of record;
BEGIN
    FOR of IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP POLICY %I ON %I', of.policyname, of.tablename);
    END LOOP;
    FOR of IN SELECT unnest('{disclosure,review,secrecy_review,fact_history,news,concern,relief_movement}'::text[]) AS tablename LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', of.tablename);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', of.tablename);
    END LOOP;
END $$;
-- +goose StatementEnd
ALTER FUNCTION keep_replaced() SECURITY INVOKER;
ALTER FUNCTION keep_removed() SECURITY INVOKER;
ALTER FUNCTION note_reviews() SECURITY INVOKER;
ALTER FUNCTION keep_replaced() RESET search_path;
ALTER FUNCTION keep_removed() RESET search_path;
ALTER FUNCTION note_reviews() RESET search_path;
DROP TRIGGER guard_change ON disclosure;
DROP TRIGGER guard_change ON concern;
DROP FUNCTION guard_change, registered_by_another, granted_nodes, acting_account, present_day;
DROP TRIGGER note_reach_inserted ON node;
DROP TRIGGER note_reach_updated ON node;
DROP TRIGGER note_reach_deleted ON node;
DROP FUNCTION note_reach;
DROP FUNCTION reach_of_nodes;
DROP TABLE node_reach;
DROP INDEX node_below;
