-- +goose Up

-- A session's version also moves with the draft that its pages show, and with
-- who opens it.

-- postgres
-- +goose StatementBegin
CREATE FUNCTION sessions_of_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed TEXT := (SELECT delivery_id FROM steps WHERE document_id = coalesce(NEW.document_id, OLD.document_id));
BEGIN
    PERFORM 1 FROM deliveries WHERE id = changed FOR NO KEY UPDATE;
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = changed;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER drafts_sessions AFTER UPDATE ON drafts FOR EACH ROW EXECUTE FUNCTION sessions_of_document();
CREATE TRIGGER wraps_sessions AFTER INSERT OR DELETE OR UPDATE OF sealed ON wraps FOR EACH ROW EXECUTE FUNCTION sessions_of_document();

-- sqlite
-- +goose StatementBegin
CREATE TRIGGER drafts_sessions AFTER UPDATE ON drafts
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = NEW.document_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER wraps_insert_sessions AFTER INSERT ON wraps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = NEW.document_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER wraps_update_sessions AFTER UPDATE OF sealed ON wraps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = NEW.document_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER wraps_delete_sessions AFTER DELETE ON wraps
BEGIN
    UPDATE client_sessions SET version = version + 1 WHERE delivery_id = (SELECT delivery_id FROM steps WHERE document_id = OLD.document_id);
END;
-- +goose StatementEnd
-- both
