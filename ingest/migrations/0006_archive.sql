-- The archive outside the database, and what has left the database for it.

-- A file a facility, month (UTC) and part. Part 0 is the month, the others what came or changed after it was written.
CREATE TABLE archive_part (
    facility_id     text NOT NULL REFERENCES facility,
    month           date NOT NULL CHECK (month = date_trunc('month', month)),
    part            integer NOT NULL,
    file            text NOT NULL,
    sha256          text NOT NULL,            -- of the file
    content         text NOT NULL,            -- of its rows, however they are stored
    rows            bigint NOT NULL,
    through_commit  bigint NOT NULL,          -- everything up to here in the commit log was taken in
    written_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (facility_id, month, part)
);

-- Old observations leave the database by whole chunks, after the archive holds every row of them. Off unless a person
-- sets how many days are kept; the rollups of what left stay.
CREATE TABLE retention (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    days     integer CHECK (days >= 60)       -- NULL: everything is kept
);
INSERT INTO retention DEFAULT VALUES;

CREATE TABLE released_span (
    start        timestamptz PRIMARY KEY,     -- of the chunk, included
    stop         timestamptz NOT NULL,        -- not included
    rows         bigint NOT NULL,
    released_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION audit_retention() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'retention' THEN
        PERFORM audit_append(audit_actor(), 'retention.set', 'retention', jsonb_build_object('days', NEW.days));
    ELSE
        PERFORM audit_append(audit_actor(), 'observations.released', 'observation',
            jsonb_build_object('from', NEW.start, 'to', NEW.stop, 'rows', NEW.rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_update AFTER UPDATE ON retention FOR EACH ROW EXECUTE FUNCTION audit_retention();
CREATE TRIGGER audit_insert AFTER INSERT ON released_span FOR EACH ROW EXECUTE FUNCTION audit_retention();

GRANT SELECT ON archive_part, retention, released_span TO tailwatch_ingest, tailwatch_api;
-- through_commit: an archive that finds nothing new in a month need not compare it again when the commit log is cut.
GRANT INSERT, UPDATE (through_commit) ON archive_part TO tailwatch_ingest;
GRANT DELETE ON released_span TO tailwatch_ingest;
