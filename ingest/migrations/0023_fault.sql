-- What nodes say of instruments at fault: the newest word of each, since when it is so, and how often any was said.

CREATE TABLE instrument_fault (
    facility_id    text NOT NULL,
    node_id        text NOT NULL,
    instrument_id  text NOT NULL,
    text           text NOT NULL,
    since          timestamptz NOT NULL,
    at             timestamptz NOT NULL,
    times          bigint NOT NULL,
    PRIMARY KEY (facility_id, node_id, instrument_id)
) WITH (fillfactor = 50);

GRANT SELECT ON instrument_fault TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON instrument_fault TO tailwatch_ingest;
