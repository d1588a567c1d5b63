-- What is in the archive: a file a facility, month (UTC) and part. Part 0 is the month, the others what came or changed
-- after it was written.

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
CREATE INDEX commit_log_span ON commit_log USING brin (last_time);

GRANT SELECT ON archive_part TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON archive_part TO tailwatch_ingest;
