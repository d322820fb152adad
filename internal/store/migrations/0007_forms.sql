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

-- The language a link's pages are read in, under the server key and of one
-- length, since it would tell something about the client.
ALTER TABLE deliveries ADD COLUMN language BYTEA;

-- Pages depend on it, so it moves the version of the delivery's sessions.
-- postgres
CREATE TRIGGER languages_sessions AFTER UPDATE OF language ON deliveries FOR EACH ROW EXECUTE FUNCTION sessions_of_id();

-- sqlite
-- +goose StatementBegin
CREATE TRIGGER languages_sessions AFTER UPDATE OF language ON deliveries
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = NEW.id;
END;
-- +goose StatementEnd
-- both
