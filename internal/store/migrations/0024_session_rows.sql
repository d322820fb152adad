-- +goose Up

-- A session's row carries a MAC of whose it is, under the server key, so that
-- whoever can write the database cannot make it another's. SQL cannot make one
-- for those that there are: people sign in, or enter their code, again.
DELETE FROM client_sessions;
DELETE FROM staff_sessions;
ALTER TABLE client_sessions ADD COLUMN row_mac BYTEA NOT NULL;
ALTER TABLE staff_sessions ADD COLUMN row_mac BYTEA NOT NULL;
