-- +goose Up

-- A session that is inserted while a change it depends on is not committed yet
-- is not seen by the change's trigger, and its version would not move. So both
-- take the delivery's row first. SQLite has one writer and needs nothing.

-- postgres
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION session_of_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed TEXT := coalesce(NEW.delivery_id, OLD.delivery_id);
BEGIN
    PERFORM 1 FROM deliveries WHERE id = changed FOR NO KEY UPDATE;
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = changed;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION session_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM deliveries WHERE id = NEW.delivery_id FOR NO KEY UPDATE;
    PERFORM 1 FROM practices WHERE id = NEW.practice_id FOR SHARE;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER sessions_opened BEFORE INSERT ON client_sessions FOR EACH ROW EXECUTE FUNCTION session_opened();
-- both
