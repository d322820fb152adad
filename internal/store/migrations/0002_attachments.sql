-- +goose Up

-- An attachment is sealed in pieces, so that no statement carries a whole file
-- and what a broken upload leaves behind is told from what an answer names.
DROP TABLE attachments;

CREATE TABLE attachments (
    id          TEXT PRIMARY KEY NOT NULL,
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kept        BOOLEAN NOT NULL, -- an answer of the draft names it
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX attachments_draft ON attachments (draft_id);
CREATE INDEX attachments_document ON attachments (document_id);
CREATE INDEX attachments_loose ON attachments (practice_id, created_at) WHERE NOT kept;

CREATE TABLE attachment_chunks (
    attachment_id TEXT NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
    practice_id   TEXT NOT NULL REFERENCES practices (id),
    position      BIGINT NOT NULL,
    sealed        BYTEA NOT NULL, -- under the document key
    PRIMARY KEY (attachment_id, position)
);

-- postgres
ALTER TABLE attachment_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- +goose StatementBegin
DO $$
DECLARE
    t TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['attachments', 'attachment_chunks']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY practice ON %I USING (practice_id = current_setting(''sealform.practice'', true))', t);
    END LOOP;
END $$;
-- +goose StatementEnd
-- both
