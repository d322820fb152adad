-- +goose Up

-- Signed requests of channels that were acted on: one that comes again, by
-- mistake or by a thief, does nothing.
CREATE TABLE hooks_heard (
    digest TEXT PRIMARY KEY NOT NULL, -- SHA-256 of the signature, in hex
    at     TIMESTAMPTZ NOT NULL
);
