-- +goose Up

-- By which those that have lasted long enough are found, however many there are.
CREATE INDEX session_began ON session (began_at);

-- +goose Down
DROP INDEX session_began;
