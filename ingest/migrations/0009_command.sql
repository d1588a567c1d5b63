-- Commands: the api writes what a person asks for, ingest executes it and writes what became of it.

-- The kinds that this ingest can execute, written by it at its start: the api knows them only from here.
CREATE TABLE command_kind (
    kind  text PRIMARY KEY,
    role  text NOT NULL CHECK (role IN ('read', 'annotate', 'approve', 'admin')),
    what  text NOT NULL,                      -- one sentence for a person
    body  jsonb NOT NULL                      -- JSON Schema of the body
);

CREATE TABLE command (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind               text NOT NULL,
    facility_id        text NOT NULL,
    body               jsonb NOT NULL,
    author             text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    issued_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    state              text NOT NULL DEFAULT 'issued'
        CHECK (state IN ('issued', 'running', 'done', 'refused', 'failed', 'stopped')),
    progress           real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    outcome            jsonb,                 -- what a done one gives; {"reason"} of a refused or failed one
    attempts           integer NOT NULL DEFAULT 0,
    stop_requested_by  text CHECK (stop_requested_by ~ '^(user|key|system):[0-9]+$'),  -- ingest ends the work, undone
    changed_at         timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX command_open ON command (id) WHERE state IN ('issued', 'running');
CREATE INDEX command_newest ON command (facility_id, id DESC);

CREATE FUNCTION audit_command() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM audit_append(NEW.author, 'command.' || NEW.kind, 'command:' || NEW.id,
            jsonb_build_object('facility', NEW.facility_id,
                               'body', encode(sha256(convert_to(NEW.body::text, 'UTF8')), 'hex')));
        PERFORM pg_notify('tailwatch_command', NEW.id::text);
    ELSIF NEW.state IN ('done', 'refused', 'failed') THEN
        PERFORM audit_append(NEW.author, 'command.' || NEW.state, 'command:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'kind', NEW.kind));
    ELSIF NEW.state = 'stopped' THEN
        PERFORM audit_append(NEW.stop_requested_by, 'command.stopped', 'command:' || NEW.id,
                             jsonb_build_object('facility', NEW.facility_id, 'kind', NEW.kind));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON command FOR EACH ROW EXECUTE FUNCTION audit_command();
CREATE TRIGGER audit_update AFTER UPDATE ON command FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION audit_command();

-- The api writes commands by these two, in the name of who holds the secret (0008); NULL: nobody does, or it is over.
CREATE FUNCTION issue_command(secret text, kind text, facility text, body jsonb) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO command (kind, facility_id, body, author)
    SELECT issue_command.kind, facility, issue_command.body, holder FROM author_of(secret) holder
    WHERE holder IS NOT NULL RETURNING id
$$;
CREATE FUNCTION stop_command(secret text, which bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE command SET stop_requested_by = holder FROM author_of(secret) holder
    WHERE holder IS NOT NULL AND id = which AND state IN ('issued', 'running') RETURNING id
$$;
REVOKE ALL ON FUNCTION issue_command, stop_command FROM PUBLIC;

GRANT EXECUTE ON FUNCTION issue_command, stop_command TO tailwatch_api;
GRANT SELECT ON command, command_kind TO tailwatch_ingest, tailwatch_api;
-- body: an address of a recipient is a secret, and is taken out of the command that brought it.
GRANT UPDATE (body, state, progress, outcome, attempts, changed_at) ON command TO tailwatch_ingest;
GRANT INSERT, UPDATE, DELETE ON command_kind TO tailwatch_ingest;
