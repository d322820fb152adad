-- +goose Up

-- Findings are sealed under the document's own key, so that a new key of the
-- practice is a matter of one row for each document.
ALTER TABLE findings DROP COLUMN key_version;
