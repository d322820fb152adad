-- +goose Up

ALTER TABLE practices ADD COLUMN totp_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE practices ADD COLUMN colour TEXT NOT NULL DEFAULT ''; -- #rrggbb, '' = Sealform's own
ALTER TABLE practices ADD COLUMN logo TEXT NOT NULL DEFAULT '';   -- SHA-256 of the picture, '' = none

CREATE TABLE logos (
    practice_id TEXT PRIMARY KEY NOT NULL REFERENCES practices (id),
    image       BYTEA NOT NULL -- PNG, public
);

ALTER TABLE staff_sessions ADD COLUMN fresh_at TIMESTAMPTZ;                  -- when the passphrase was last typed
ALTER TABLE staff_sessions ADD COLUMN half BOOLEAN NOT NULL DEFAULT FALSE;   -- the code of the second factor is still due
ALTER TABLE staff_sessions ADD COLUMN origin BYTEA;                          -- address and browser, under the server key

-- Browsers that a member has signed in with.
CREATE TABLE staff_devices (
    mac         BYTEA PRIMARY KEY NOT NULL,
    id          TEXT NOT NULL UNIQUE,
    member_id   TEXT NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    origin      BYTEA NOT NULL, -- address and browser, under the server key
    created_at  TIMESTAMPTZ NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_devices_member ON staff_devices (member_id);

-- Wrong passphrases and codes, counted for each address typed, known or not,
-- and for each known browser.
CREATE TABLE sign_in_tries (
    mac   BYTEA PRIMARY KEY NOT NULL,
    tries BIGINT NOT NULL,
    since TIMESTAMPTZ NOT NULL
);

ALTER TABLE invitations ADD COLUMN reset BOOLEAN NOT NULL DEFAULT FALSE; -- of somebody who had a passphrase before

ALTER TABLE members ADD COLUMN permissions TEXT NOT NULL DEFAULT ''; -- beside the role's: "+clients.all -answers.download"
ALTER TABLE members ADD COLUMN public_pin BYTEA;                     -- MAC of the public key under the server key
ALTER TABLE members ADD COLUMN totp BYTEA;                           -- secret of the second factor, under the server key
ALTER TABLE members ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;  -- time step of the code used last
ALTER TABLE kits ADD COLUMN public_pin BYTEA;
ALTER TABLE api_keys ADD COLUMN made_by TEXT NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';      -- a member
ALTER TABLE api_keys ADD COLUMN public_key BYTEA;  -- of keys that read
ALTER TABLE api_keys ADD COLUMN public_pin BYTEA;

CREATE TABLE recovery_codes (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    member_id   TEXT NOT NULL REFERENCES members (id),
    mac         BYTEA NOT NULL,
    PRIMARY KEY (member_id, mac)
);

-- Which clients a member sees who does not see all.
CREATE TABLE assignments (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    client_id   TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    member_id   TEXT NOT NULL REFERENCES members (id),
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, member_id)
);
CREATE INDEX assignments_member ON assignments (member_id);

-- What the row's MAC covers besides the key, so that changing the key needs
-- neither answers nor paper. NULL: not computed yet.
ALTER TABLE submissions ADD COLUMN body_digest BYTEA;
ALTER TABLE submissions ADD COLUMN paper_digest BYTEA;
CREATE INDEX submissions_key ON submissions (practice_id, key_version, document_id);
CREATE INDEX refusals_key ON refusals (practice_id, key_version, document_id);

-- postgres
-- +goose StatementBegin
DO $$
DECLARE
    t TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['logos', 'recovery_codes', 'assignments']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY practice ON %I USING (practice_id = current_setting(''sealform.practice'', true))', t);
    END LOOP;
END $$;
-- +goose StatementEnd
-- both
