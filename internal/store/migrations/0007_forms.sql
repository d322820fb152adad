-- +goose Up

-- What staff should see first of a submission: raised flags and scores, apart
-- from the answers, so that a list of documents opens it without opening those.
-- There is one row for every submission, of a size that tells nothing.
CREATE TABLE findings (
    document_id TEXT PRIMARY KEY NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    key_version BIGINT NOT NULL,
    sealed      BYTEA NOT NULL, -- to the practice
    mac         BYTEA NOT NULL
);

-- postgres
ALTER TABLE findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE findings FORCE ROW LEVEL SECURITY;
CREATE POLICY practice ON findings USING (practice_id = current_setting('sealform.practice', true));
-- both
