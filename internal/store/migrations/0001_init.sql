-- +goose Up

-- Routing: what must be found before the practice is known. These tables stand
-- outside row-level security and hold no client data.

CREATE TABLE server_keys (
    key_id      TEXT PRIMARY KEY NOT NULL,
    check_value BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE authorities (
    id         TEXT PRIMARY KEY NOT NULL,
    sealed     BYTEA NOT NULL, -- the signing key and its chain, under the server key
    root       TEXT NOT NULL,  -- PEM, public
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE practices (
    id               TEXT PRIMARY KEY NOT NULL,
    name             TEXT NOT NULL,
    phone            TEXT NOT NULL,
    email            TEXT NOT NULL,
    address          TEXT NOT NULL,
    website          TEXT NOT NULL,
    country          TEXT NOT NULL,
    zone             TEXT NOT NULL,
    records_country  TEXT NOT NULL, -- where the practice keeps its records, '' = where the installation does
    privacy_contact  TEXT NOT NULL,
    effective_date   TEXT NOT NULL,
    copy_days        BIGINT NOT NULL,
    expiry_days      BIGINT NOT NULL,
    kit_confirmed_at TIMESTAMPTZ,
    suspended_at     TIMESTAMPTZ,
    version          BIGINT NOT NULL,
    created_at       TIMESTAMPTZ NOT NULL
);

CREATE TABLE deliveries (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    code_mac    BYTEA NOT NULL,
    attempts    BIGINT NOT NULL CHECK (attempts <= 10),
    expires_at  TIMESTAMPTZ NOT NULL,
    closed_at   TIMESTAMPTZ, -- revoked: every link is dead
    copy_until  TIMESTAMPTZ, -- set when the last document is completed
    no_code_at  TIMESTAMPTZ, -- when "I have no code" was last passed on
    asked_at    TIMESTAMPTZ, -- when "ask for a new link" was last passed on
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX deliveries_expiry ON deliveries (expires_at);
CREATE INDEX deliveries_copy ON deliveries (copy_until) WHERE copy_until IS NOT NULL;

CREATE TABLE links (
    mac         BYTEA PRIMARY KEY NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX links_delivery ON links (delivery_id);

-- What an unlocked request must know of each document of its delivery.
CREATE TABLE steps (
    document_id TEXT PRIMARY KEY NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    position    BIGINT NOT NULL,
    pin         TEXT NOT NULL,
    state       TEXT NOT NULL,
    filled      BOOLEAN NOT NULL -- some draft holds answers
);
CREATE INDEX steps_delivery ON steps (delivery_id, position);

CREATE TABLE client_sessions (
    mac         BYTEA PRIMARY KEY NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    created_at  TIMESTAMPTZ NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX client_sessions_delivery ON client_sessions (delivery_id);

CREATE TABLE member_emails (
    mac         BYTEA PRIMARY KEY NOT NULL,
    member_id   TEXT NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id)
);

CREATE TABLE invitations (
    mac         BYTEA PRIMARY KEY NOT NULL,
    member_id   TEXT NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    expires_at  TIMESTAMPTZ NOT NULL,
    used_at     TIMESTAMPTZ,
    created_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE staff_sessions (
    mac         BYTEA PRIMARY KEY NOT NULL,
    id          TEXT NOT NULL UNIQUE,
    member_id   TEXT NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    seed        BYTEA NOT NULL, -- the member's, under a key derived from the cookie
    created_at  TIMESTAMPTZ NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_sessions_member ON staff_sessions (member_id);

CREATE TABLE api_keys (
    mac         BYTEA PRIMARY KEY NOT NULL,
    id          TEXT NOT NULL UNIQUE,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    name        TEXT NOT NULL,
    reads       BOOLEAN NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    revoked_at  TIMESTAMPTZ
);
CREATE INDEX api_keys_practice ON api_keys (practice_id, created_at);

CREATE TABLE idempotency (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    actor_id    TEXT NOT NULL,
    token       BYTEA NOT NULL, -- SHA-256 of the Idempotency-Key
    request     BYTEA NOT NULL, -- SHA-256 of method, path and body
    status      BIGINT NOT NULL,
    sealed      BYTEA NOT NULL, -- the answer, under a key derived from the API key
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, actor_id, token)
);

-- The practice's own: behind row-level security on PostgreSQL.

CREATE TABLE members (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    role        TEXT NOT NULL,
    state       TEXT NOT NULL, -- invited, waiting, active, removed
    profile     BYTEA NOT NULL, -- name and e-mail, under the server key
    public_key  BYTEA,
    seed        BYTEA, -- under the passphrase, then under the server key
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX members_practice ON members (practice_id, created_at);

CREATE TABLE kits (
    id           TEXT PRIMARY KEY NOT NULL,
    practice_id  TEXT NOT NULL REFERENCES practices (id),
    public_key   BYTEA NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ
);

CREATE TABLE practice_keys (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kind        TEXT NOT NULL, -- practice or index
    version     BIGINT NOT NULL,
    public_key  BYTEA NOT NULL,
    pin         BYTEA NOT NULL, -- MAC of the public key under the server key
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, kind, version)
);

CREATE TABLE grants (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kind        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    holder_id   TEXT NOT NULL, -- a member, an API key or a kit
    sealed      BYTEA NOT NULL, -- the seed, to the holder's public key
    PRIMARY KEY (practice_id, kind, version, holder_id)
);
CREATE INDEX grants_holder ON grants (holder_id);

-- A template as one document asks it: its variables filled in. Never changes.
CREATE TABLE pins (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    sha256      TEXT NOT NULL,
    name        TEXT NOT NULL,
    version     TEXT NOT NULL,
    title       TEXT NOT NULL,
    body        BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, sha256)
);

-- Templates that the practice published itself.
CREATE TABLE templates (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    name        TEXT NOT NULL,
    version     TEXT NOT NULL,
    title       TEXT NOT NULL,
    state       TEXT NOT NULL, -- draft, published, retired
    sha256      TEXT NOT NULL,
    body        BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (practice_id, name, version)
);

CREATE TABLE clients (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    contact     BYTEA NOT NULL, -- under the server key
    label       BYTEA NOT NULL, -- to the index key
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX clients_latest ON clients (practice_id, created_at DESC, id DESC);

CREATE TABLE documents (
    id           TEXT PRIMARY KEY NOT NULL,
    practice_id  TEXT NOT NULL REFERENCES practices (id),
    client_id    TEXT NOT NULL REFERENCES clients (id),
    delivery_id  TEXT NOT NULL REFERENCES deliveries (id),
    pin          TEXT NOT NULL,
    template     TEXT NOT NULL,
    version      TEXT NOT NULL,
    title        TEXT NOT NULL,
    state        TEXT NOT NULL,
    former       TEXT NOT NULL, -- state before it expired, else ''
    recipient    BYTEA, -- under the server key
    outcome      BYTEA, -- to the index key, once completed
    expires_at   TIMESTAMPTZ NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    sent_at      TIMESTAMPTZ,
    unlocked_at  TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    read_at      TIMESTAMPTZ,
    erased_at    TIMESTAMPTZ -- drafts and wraps of an ended document are gone
);
CREATE INDEX documents_latest ON documents (practice_id, created_at DESC, id DESC);
CREATE INDEX documents_state ON documents (practice_id, state, created_at DESC, id DESC);
CREATE INDEX documents_client ON documents (client_id, created_at DESC, id DESC);
CREATE INDEX documents_delivery ON documents (delivery_id);

CREATE TABLE drafts (
    id          TEXT PRIMARY KEY NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    revision    BIGINT NOT NULL,
    sealed      BYTEA NOT NULL, -- under the document key
    created_at  TIMESTAMPTZ NOT NULL,
    saved_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX drafts_document ON drafts (document_id);

-- The document key of a draft, once per link and device that opens it.
CREATE TABLE wraps (
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kind        TEXT NOT NULL, -- link or device
    ref         BYTEA NOT NULL, -- MAC of the link token or device cookie
    sealed      BYTEA NOT NULL,
    PRIMARY KEY (draft_id, kind, ref)
);
CREATE INDEX wraps_ref ON wraps (ref);

CREATE TABLE attachments (
    id          TEXT PRIMARY KEY NOT NULL,
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    document_id TEXT NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    size        BIGINT NOT NULL,
    sealed      BYTEA NOT NULL, -- under the document key
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX attachments_draft ON attachments (draft_id, created_at);

CREATE TABLE submissions (
    document_id TEXT PRIMARY KEY NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    draft_id    TEXT NOT NULL REFERENCES drafts (id),
    key_version BIGINT NOT NULL,
    key         BYTEA NOT NULL, -- the document key, to the practice
    body        BYTEA NOT NULL, -- answers and signature, under the document key
    row_mac     BYTEA NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE papers (
    document_id TEXT PRIMARY KEY NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    sealed      BYTEA NOT NULL -- the sealed PDF, under the document key
);

CREATE TABLE refusals (
    document_id TEXT PRIMARY KEY NOT NULL REFERENCES documents (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    key_version BIGINT NOT NULL,
    reason      BYTEA NOT NULL, -- to the practice
    created_at  TIMESTAMPTZ NOT NULL
);

-- The audit record. Append-only; one chain per practice, one for the
-- installation. The head is authenticated under the server key. Only the detail
-- may change: it is re-sealed when the server key rotates, and erased on request.
CREATE TABLE events (
    practice_id  TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    id           TEXT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    action       TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    detail       BYTEA, -- salt and text, under the server key
    detail_hash  BYTEA NOT NULL, -- of salt and text
    hash         BYTEA NOT NULL,
    PRIMARY KEY (practice_id, seq)
);
CREATE INDEX events_subject ON events (practice_id, subject_id, seq);

CREATE TABLE chain_heads (
    practice_id TEXT PRIMARY KEY NOT NULL,
    seq         BIGINT NOT NULL,
    hash        BYTEA NOT NULL,
    mac         BYTEA NOT NULL
);

-- postgres
ALTER TABLE deliveries SET (fillfactor = 70);
ALTER TABLE submissions ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE papers ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE drafts ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- +goose StatementBegin
DO $$
DECLARE
    t TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['members', 'kits', 'practice_keys', 'grants', 'pins', 'templates', 'clients', 'documents', 'drafts',
        'wraps', 'attachments', 'submissions', 'papers', 'refusals', 'events', 'chain_heads']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        -- After a transaction the setting is '' and not NULL; no practice has that id.
        EXECUTE format('CREATE POLICY practice ON %I USING (practice_id = current_setting(''sealform.practice'', true))', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND ROW (NEW.practice_id, NEW.seq, NEW.id, NEW.at, NEW.actor_kind, NEW.actor_id, NEW.action, NEW.subject_kind, NEW.subject_id, NEW.outcome, NEW.detail_hash, NEW.hash)
        IS NOT DISTINCT FROM ROW (OLD.practice_id, OLD.seq, OLD.id, OLD.at, OLD.actor_kind, OLD.actor_id, OLD.action, OLD.subject_kind, OLD.subject_id, OLD.outcome, OLD.detail_hash, OLD.hash) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events are append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- sqlite
-- +goose StatementBegin
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
WHEN NEW.practice_id <> OLD.practice_id OR NEW.seq <> OLD.seq OR NEW.id <> OLD.id OR NEW.at <> OLD.at
    OR NEW.actor_kind <> OLD.actor_kind OR NEW.actor_id <> OLD.actor_id OR NEW.action <> OLD.action
    OR NEW.subject_kind <> OLD.subject_kind OR NEW.subject_id <> OLD.subject_id OR NEW.outcome <> OLD.outcome
    OR NEW.detail_hash <> OLD.detail_hash OR NEW.hash <> OLD.hash
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd
-- both
