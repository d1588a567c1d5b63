-- One row for each transaction of ingest, written last and under a lock: ids are in the order of the commits, so a
-- reader that has seen id N has seen everything up to N.

CREATE TABLE commit_log (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    facility_ids    text[] NOT NULL,
    datastream_ids  integer[] NOT NULL,
    rows            integer NOT NULL,
    first_time      timestamptz,              -- of the observations of this transaction
    last_time       timestamptz
);
