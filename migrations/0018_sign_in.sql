-- +goose Up

-- Sign-ins by a provider that are under way: each is ended once, on whichever server.
CREATE TABLE sign_in (
    hash     bytea PRIMARY KEY,              -- SHA-256 of the secret in the browser's cookie
    began_at timestamptz NOT NULL
);
CREATE INDEX sign_in_began ON sign_in (began_at);

-- +goose Down
DROP TABLE sign_in;
