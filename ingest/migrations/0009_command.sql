-- Commands: the api writes what a person asks for, ingest executes it and writes what became of it.

-- The kinds that this ingest can execute, written by it at its start: the api knows them only from here.
CREATE TABLE request_kind (
    kind  text PRIMARY KEY,
    role  text NOT NULL CHECK (role IN ('read', 'annotate', 'approve', 'admin')),
    what  text NOT NULL,                      -- one sentence for a person
    body  jsonb NOT NULL                      -- JSON Schema of the body
);

CREATE TABLE request (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL,
    facility_id    text NOT NULL,
    body           jsonb NOT NULL,
    author         text NOT NULL CHECK (author ~ '^(user|key|command):[0-9]+$'),
    asked_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    state          text NOT NULL DEFAULT 'asked'
        CHECK (state IN ('asked', 'running', 'done', 'refused', 'failed', 'stopped')),
    progress       real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    outcome        jsonb,                     -- what a done request gives; {"reason"} of a refused or failed one
    attempts       integer NOT NULL DEFAULT 0,
    stop_asked_by  text CHECK (stop_asked_by ~ '^(user|key|command):[0-9]+$'),  -- ingest ends the work, undone
    changed_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX request_open ON request (id) WHERE state IN ('asked', 'running');
CREATE INDEX request_newest ON request (facility_id, id DESC);

CREATE FUNCTION audit_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM audit_append(NEW.author, 'request.' || NEW.kind, 'request:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'body', encode(sha256(convert_to(NEW.body::text, 'UTF8')), 'hex')));
        PERFORM pg_notify('tailwatch_request', NEW.id::text);
    ELSIF NEW.state IN ('done', 'refused', 'failed') THEN
        PERFORM audit_append(NEW.author, 'request.' || NEW.state, 'request:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'kind', NEW.kind));
    ELSIF NEW.state = 'stopped' THEN
        PERFORM audit_append(NEW.stop_asked_by, 'request.stopped', 'request:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'kind', NEW.kind));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON request FOR EACH ROW EXECUTE FUNCTION audit_request();
CREATE TRIGGER audit_update AFTER UPDATE ON request FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION audit_request();

GRANT SELECT ON request, request_kind TO tailwatch_ingest, tailwatch_api;
GRANT INSERT (kind, facility_id, body, author), UPDATE (stop_asked_by) ON request TO tailwatch_api;
-- body: an address of a recipient is a secret, and is taken out of the command that brought it.
GRANT UPDATE (body, state, progress, outcome, attempts, changed_at) ON request TO tailwatch_ingest;
GRANT INSERT, UPDATE, DELETE ON request_kind TO tailwatch_ingest;
