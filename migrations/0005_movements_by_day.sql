-- +goose Up

-- A list of the movements of most nodes is read newest first along the days, not
-- from each of its nodes.
CREATE INDEX relief_movement_newest ON relief_movement (occurred_on DESC, ref);

-- +goose Down
DROP INDEX relief_movement_newest;
