-- +goose Up

-- A record that names a document is a withdrawal, and only a consent that was
-- given can be withdrawn. The document stands in the sealed text.

-- postgres
ALTER TABLE records NO FORCE ROW LEVEL SECURITY;
UPDATE records SET document_id = NULL;
ALTER TABLE records FORCE ROW LEVEL SECURITY;

-- sqlite
UPDATE records SET document_id = NULL;
