-- +goose Up

-- Routing: the root certificates that seals of an operator's own end in. They
-- stay when the operator changes certificates, so that old PDFs stay genuine.
CREATE TABLE seal_roots (
    sha256      TEXT PRIMARY KEY NOT NULL, -- of the certificate, hex
    certificate TEXT NOT NULL,             -- PEM, public
    mac         BYTEA NOT NULL             -- so that whoever writes to the database alone cannot add one
);
