-- Version 2: when a batch was written, frame counters of radio devices, bytes sent a day, the state of the local alarm.
ALTER TABLE outbox ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
CREATE TABLE uplink_count (                -- of senders without seq
    device       TEXT PRIMARY KEY,
    node         TEXT NOT NULL,
    session      TEXT NOT NULL,            -- a join begins another, which counts from 0
    count        INTEGER NOT NULL,         -- the newest frame counter
    received     INTEGER NOT NULL,
    not_received INTEGER NOT NULL          -- holes; nobody can prove that those frames were ever sent
) WITHOUT ROWID;
CREATE TABLE sent_day (
    day        TEXT PRIMARY KEY,           -- UTC
    bytes      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE alarm (
    plan       TEXT PRIMARY KEY,
    level      INTEGER NOT NULL,           -- latched: 0 green to 3 red
    since_ms   INTEGER NOT NULL,
    memory     TEXT NOT NULL               -- tailings.tarp.Memory as JSON
) WITHOUT ROWID;
