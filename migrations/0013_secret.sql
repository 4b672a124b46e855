-- +goose Up

-- What every server of the database knows and nobody else does: by it cursors are
-- sealed that lead to documents which are not for everybody to see.
CREATE TABLE instance_secret (
    secret bytea NOT NULL CHECK (length(secret) = 32)
);
INSERT INTO instance_secret (secret)
SELECT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');

-- +goose Down
DROP TABLE instance_secret;
