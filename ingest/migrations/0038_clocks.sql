-- Clocks that are wrong: what arrived is dated by the centre's own clock, and one word stands for one reason.

-- When a message arrived here. `received_at` is the time of who refused it, which may be the clock that is wrong.
ALTER TABLE quarantine ADD COLUMN arrived_at timestamptz;
UPDATE quarantine SET arrived_at = received_at;
ALTER TABLE quarantine ALTER COLUMN arrived_at SET DEFAULT clock_timestamp(), ALTER COLUMN arrived_at SET NOT NULL;
DROP INDEX quarantine_open;
CREATE INDEX quarantine_open ON quarantine (arrived_at) WHERE state = 'open';
CREATE INDEX quarantine_waiting ON quarantine (facility_id, reason, sender, arrived_at) WHERE state = 'open';

UPDATE quarantine SET reason = 'clock-ahead',
    fix = 'set the clock of the sender; the readings wait to be released with its offset'
WHERE reason = 'in-the-future';

-- When a pack of this chapter was last stored: one that went to quarantine says nothing of what is measured.
ALTER TABLE chapter ADD COLUMN stored_at timestamptz;
UPDATE chapter SET stored_at = updated_at WHERE stored > 0;

-- How far the gateway's clock was ahead of the centre's when the state was told; NULL: the broker had kept the state.
ALTER TABLE agent_state ADD COLUMN clock_ahead_s float8;

-- What became of the heartbeat to an address outside, one row an ingest that has such an address.
CREATE TABLE heartbeat (
    name           text PRIMARY KEY,          -- client id at the broker
    host           text NOT NULL,             -- the address itself is a secret
    sent_at        timestamptz,               -- the last one that was taken
    failing_since  timestamptz,               -- NULL: the last one was taken
    error          text NOT NULL DEFAULT ''
);
GRANT SELECT, INSERT, UPDATE, DELETE ON heartbeat TO tailwatch_ingest;
GRANT SELECT ON heartbeat TO tailwatch_api;
