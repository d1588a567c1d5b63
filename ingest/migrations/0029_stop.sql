-- Long work that a person asked for can be stopped: the api writes the wish to stop, ingest ends the work undone.
ALTER TABLE request ADD COLUMN stop_asked_by text CHECK (stop_asked_by ~ '^(user|key|command):[0-9]+$');
ALTER TABLE request DROP CONSTRAINT request_state_check;
ALTER TABLE request ADD CONSTRAINT request_state_check
    CHECK (state IN ('asked', 'running', 'done', 'refused', 'failed', 'stopped'));

CREATE OR REPLACE FUNCTION audit_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

GRANT UPDATE (stop_asked_by) ON request TO tailwatch_api;
