-- What a person decided on a quarantined message: tried again, placed in time, or settled with a note. The message stays.

CREATE TABLE quarantine_decision (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id  bigint NOT NULL REFERENCES quarantine,
    state          text NOT NULL CHECK (state IN ('retried', 'placed', 'settled')),
    author         text NOT NULL CHECK (author ~ '^((user|key|command):[0-9]+|program:[a-z_]+)$'),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    revision_id    bigint REFERENCES revision,          -- what stored its readings
    decided_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_decision_message ON quarantine_decision (quarantine_id);

CREATE FUNCTION audit_quarantine() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'quarantine.' || NEW.state, 'quarantine:' || NEW.quarantine_id,
        jsonb_build_object('revision', NEW.revision_id, 'reason', encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON quarantine_decision FOR EACH ROW EXECUTE FUNCTION audit_quarantine();

GRANT SELECT ON quarantine_decision TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON quarantine_decision TO tailwatch_ingest;
