-- +goose Up

ALTER TABLE clients ADD COLUMN archived_at TIMESTAMPTZ;
ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1; -- counts changes

-- What a client's values were before a change.
CREATE TABLE snapshots (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    client_id   TEXT NOT NULL REFERENCES clients (id),
    version     BIGINT NOT NULL,
    contact     BYTEA NOT NULL, -- under the server key
    label       BYTEA NOT NULL, -- to the index key
    member_id   TEXT NOT NULL, -- who replaced them
    created_at  TIMESTAMPTZ NOT NULL, -- when
    UNIQUE (client_id, version)
);

ALTER TABLE documents ADD COLUMN filed_at TIMESTAMPTZ;
ALTER TABLE documents ADD COLUMN supersedes TEXT; -- the document that this one asks again
ALTER TABLE documents ADD COLUMN paper_on TEXT; -- ISO date of a form filled in on paper
CREATE INDEX documents_superseded ON documents (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX documents_unread ON documents (practice_id, completed_at) WHERE state = 'completed' AND read_at IS NULL;
CREATE INDEX documents_done ON documents (practice_id, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX documents_ending ON documents (practice_id, expires_at) WHERE state IN ('sent', 'unlocked', 'started');
CREATE INDEX deliveries_locked ON deliveries (practice_id) WHERE attempts >= 10;
CREATE INDEX deliveries_calls ON deliveries (practice_id) WHERE no_code_at IS NOT NULL OR asked_at IS NOT NULL;

-- What staff wrote down beside a client's documents: a refusal, a withdrawal.
-- Which of them it is would tell of answers, so that is sealed too.
CREATE TABLE records (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    client_id   TEXT NOT NULL REFERENCES clients (id),
    document_id TEXT REFERENCES documents (id), -- NULL when it is about none
    sealed      BYTEA NOT NULL, -- to the index key
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX records_client ON records (client_id, created_at);

-- A list of clients between its preview and its import.
CREATE TABLE imports (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    member_id   TEXT NOT NULL,
    sealed      BYTEA NOT NULL, -- to the index key
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX imports_practice ON imports (practice_id, created_at);

-- postgres
-- +goose StatementBegin
DO $$
DECLARE
    t TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['snapshots', 'records', 'imports']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY practice ON %I USING (practice_id = current_setting(''sealform.practice'', true))', t);
    END LOOP;
END $$;
-- +goose StatementEnd
-- both
