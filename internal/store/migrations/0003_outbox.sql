-- +goose Up

-- The queue: ids and times. What a message says is written when it is sent.
CREATE TABLE outbox (
    message_id  TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    due_at      TIMESTAMPTZ NOT NULL, -- while a worker has it: when another may take it over
    tries       BIGINT NOT NULL,
    unsure      BIGINT NOT NULL, -- tries of which nobody knows whether they arrived
    created_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at);

-- Addresses that want no messages: a MAC of the address alone for every
-- practice, or with one practice's id for that practice.
CREATE TABLE opt_outs (
    mac BYTEA PRIMARY KEY NOT NULL,
    at  TIMESTAMPTZ NOT NULL
);

-- The message that a link went out in; NULL for one that staff handed over.
ALTER TABLE links ADD COLUMN message_id TEXT;

-- The practice's own: behind row-level security on PostgreSQL.

CREATE TABLE messages (
    id           TEXT PRIMARY KEY NOT NULL,
    practice_id  TEXT NOT NULL REFERENCES practices (id),
    delivery_id  TEXT NOT NULL REFERENCES deliveries (id),
    client_id    TEXT REFERENCES clients (id), -- NULL: to a staff member
    kind         TEXT NOT NULL,
    channel      TEXT NOT NULL,
    recipient    BYTEA NOT NULL, -- name, address and language, under the server key
    code         BYTEA, -- the digits, under the server key, until they arrived
    state        TEXT NOT NULL,
    reason       TEXT NOT NULL, -- of a failure, '' otherwise
    created_at   TIMESTAMPTZ NOT NULL,
    sent_at      TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ
);
CREATE INDEX messages_delivery ON messages (delivery_id, created_at);
CREATE INDEX messages_client ON messages (client_id, sent_at);
CREATE INDEX messages_state ON messages (practice_id, state, created_at);

-- Who reaches a client, and how, for one delivery.
CREATE TABLE outreach (
    delivery_id  TEXT PRIMARY KEY NOT NULL REFERENCES deliveries (id),
    practice_id  TEXT NOT NULL REFERENCES practices (id),
    member_id    TEXT, -- who sent it; NULL for a program
    link_channel TEXT NOT NULL, -- '' when staff hand it over
    code_channel TEXT NOT NULL
);

-- What clients agreed to, and stopped. The newest row about an address, channel
-- and purpose counts.
CREATE TABLE consents (
    id          TEXT PRIMARY KEY NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    client_id   TEXT NOT NULL REFERENCES clients (id),
    mac         BYTEA NOT NULL, -- of the address, with the practice's id
    address     BYTEA NOT NULL, -- its normal form, under the server key
    channel     TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    given       BOOLEAN NOT NULL,
    how         TEXT NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    at          TIMESTAMPTZ NOT NULL
);
CREATE INDEX consents_mac ON consents (mac);
CREATE INDEX consents_client ON consents (client_id, at);

-- A practice's own words for a message.
CREATE TABLE wordings (
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kind        TEXT NOT NULL,
    channel     TEXT NOT NULL,
    language    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (practice_id, kind, channel, language)
);

-- When a practice's automatic messages go out. Without a row: the defaults.
CREATE TABLE message_plans (
    practice_id   TEXT PRIMARY KEY NOT NULL REFERENCES practices (id),
    remind_after  TEXT NOT NULL, -- days after the first message: "2,5"
    remind_before BIGINT NOT NULL, -- days before expiry; 0 for none
    quiet_from    BIGINT NOT NULL, -- minutes after midnight; equal for no quiet hours
    quiet_to      BIGINT NOT NULL,
    most_a_day    BIGINT NOT NULL, -- messages to one client
    tell_staff    BOOLEAN NOT NULL
);

-- postgres
-- +goose StatementBegin
DO $$
DECLARE
    t TEXT;
BEGIN
    FOREACH t IN ARRAY ARRAY['messages', 'outreach', 'consents', 'wordings', 'message_plans']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY practice ON %I USING (practice_id = current_setting(''sealform.practice'', true))', t);
    END LOOP;
END $$;
-- +goose StatementEnd
-- both
