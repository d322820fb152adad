-- +goose Up

-- A session's version moves whenever something changes that its pages depend on
-- besides the session itself. So a request looks up this one row, and goes by
-- what it read before as long as the version is the same.

-- postgres
ALTER TABLE client_sessions ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE client_sessions SET (fillfactor = 70);

-- +goose StatementBegin
CREATE FUNCTION session_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = coalesce(NEW.delivery_id, OLD.delivery_id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION sessions_of_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'deliveries' THEN
        UPDATE client_sessions SET version = version + 1 WHERE delivery_id = NEW.id;
    ELSE
        UPDATE client_sessions SET version = version + 1 WHERE practice_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER steps_sessions AFTER INSERT OR UPDATE OR DELETE ON steps FOR EACH ROW EXECUTE FUNCTION session_of_delivery();
CREATE TRIGGER links_sessions AFTER DELETE ON links FOR EACH ROW EXECUTE FUNCTION session_of_delivery();
CREATE TRIGGER deliveries_sessions AFTER UPDATE OF attempts, expires_at, closed_at, copy_until ON deliveries FOR EACH ROW EXECUTE FUNCTION sessions_of_id();
CREATE TRIGGER practices_sessions AFTER UPDATE ON practices FOR EACH ROW EXECUTE FUNCTION sessions_of_id();

-- sqlite
-- A table without rowids, so that the one look-up is one walk down one tree.
CREATE TABLE versioned_sessions (
    mac         BYTEA PRIMARY KEY NOT NULL,
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    created_at  TIMESTAMPTZ NOT NULL,
    seen_at     TIMESTAMPTZ NOT NULL,
    version     BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO versioned_sessions (mac, delivery_id, practice_id, created_at, seen_at)
SELECT mac, delivery_id, practice_id, created_at, seen_at FROM client_sessions;
DROP TABLE client_sessions;
ALTER TABLE versioned_sessions RENAME TO client_sessions;
CREATE INDEX client_sessions_delivery ON client_sessions (delivery_id);

-- +goose StatementBegin
CREATE TRIGGER steps_insert_sessions AFTER INSERT ON steps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = NEW.delivery_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER steps_update_sessions AFTER UPDATE ON steps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = NEW.delivery_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER steps_delete_sessions AFTER DELETE ON steps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = OLD.delivery_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER links_sessions AFTER DELETE ON links
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = OLD.delivery_id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deliveries_sessions AFTER UPDATE OF attempts, expires_at, closed_at, copy_until ON deliveries
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER practices_sessions AFTER UPDATE ON practices
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE practice_id = NEW.id;
END;
-- +goose StatementEnd
-- both
