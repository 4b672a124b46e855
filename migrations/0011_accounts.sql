-- +goose Up

-- Who may see and do what (docs/design.md): accounts of people and programs, their
-- grants, and by what they are known: a password, a provider's subject, tokens and
-- sessions, of which hashes alone are kept.
CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text COLLATE "C" NOT NULL UNIQUE,
    display_name  text NOT NULL DEFAULT '',
    program       boolean NOT NULL DEFAULT false,
    password_hash text,                      -- argon2id with its parameters; null: none signs in
    provider      text,                      -- of OpenID Connect, and who the account is there
    subject       text,
    disabled_at   timestamptz,
    -- What the audit log shows of secrets: when they changed.
    password_changed_at timestamptz,
    tokens_changed_at   timestamptz,
    recorded_by   text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (provider, subject),
    CHECK ((provider IS NULL) = (subject IS NULL))
);

-- Both days are in it; one that was ended lasts up to that instant. A node may come
-- by a later import, and one that is gone leaves nothing in reach.
CREATE TABLE account_grant (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES account,
    role        smallint NOT NULL,           -- 0 clerk, 1 reviewer, 2 supervisor, 3 system, 4 security, 5 audit
    node_code   text COLLATE "C",            -- null: the instance
    self        boolean NOT NULL,            -- scope: the node and its departments, or all below
    from_day    date NOT NULL,
    to_day      date,
    reason      text NOT NULL DEFAULT '',
    granted_by  text NOT NULL DEFAULT coalesce(current_setting('reliefgraph.actor', true), session_user),
    granted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_by    text,
    ended_at    timestamptz,
    CHECK (to_day >= from_day),
    CHECK ((node_code IS NULL) = (role >= 3))
);
CREATE INDEX account_grant_of_account ON account_grant (account_id, from_day);
CREATE INDEX account_grant_of_node ON account_grant (node_code) WHERE node_code IS NOT NULL;

CREATE TABLE api_token (
    hash         bytea PRIMARY KEY,          -- SHA-256 of the token
    account_id   bigint NOT NULL REFERENCES account,
    label        text NOT NULL DEFAULT '',
    purpose      smallint NOT NULL DEFAULT 0, -- 0 every address, 1 due days as a calendar
    read_only    boolean NOT NULL DEFAULT false,
    documents    boolean NOT NULL DEFAULT false, -- trusted documents alone
    networks     cidr[] NOT NULL DEFAULT '{}',   -- from these alone; empty: from any
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    ended_at     timestamptz,
    CHECK (expires_at <= made_at + interval '366 days')
);
CREATE INDEX api_token_of_account ON api_token (account_id, made_at);

CREATE TABLE session (
    hash       bytea PRIMARY KEY,            -- SHA-256 of the cookie's id
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    began_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_of_account ON session (account_id);
CREATE INDEX session_used ON session (used_at);

-- Who registered a document does not review it (four eyes, 双人). Null: no account did.
-- What is imported again keeps it.
ALTER TABLE disclosure ADD COLUMN registered_by text;
ALTER TABLE disclosure ALTER COLUMN registered_by SET DEFAULT nullif(current_setting('reliefgraph.account_name', true), '');

-- +goose Down
ALTER TABLE disclosure DROP COLUMN registered_by;
DROP TABLE session, api_token, account_grant, account;
