-- +goose Up

-- The nightly backups: of several servers that are to make them one does.
CREATE TABLE backup_made (
    due      timestamptz PRIMARY KEY,        -- the beginning of its night
    server   text NOT NULL,
    file     text NOT NULL DEFAULT '',
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fault    text                            -- null: it was made
);

-- +goose Down
DROP TABLE backup_made;
