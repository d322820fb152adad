-- +goose Up

-- When a delivery that is over for good lost its links and its code.
ALTER TABLE deliveries ADD COLUMN forgotten_at TIMESTAMPTZ;
CREATE INDEX deliveries_unforgotten ON deliveries (practice_id, expires_at) WHERE forgotten_at IS NULL;
