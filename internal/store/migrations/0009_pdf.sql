-- +goose Up

-- Routing: the digests of the sealed PDFs that were made here, so that /verify
-- can say that the record agrees. A row names neither practice nor document,
-- and a sealed PDF cannot be guessed from its digest.
CREATE TABLE sealed_papers (
    sha256 TEXT PRIMARY KEY NOT NULL, -- of the file, hex
    mac    BYTEA NOT NULL             -- so that whoever writes to the database alone cannot add one
);
