-- Where a plan stands: its level, the level that suspect values alone would mean, what it can still see, and the last
-- readings of its tests. What the tests remember has another shape: every plan is followed again from its oldest row,
-- or from where its present conditions began.
ALTER TABLE tarp_state DROP COLUMN stale;
ALTER TABLE tarp_state ADD standing jsonb NOT NULL DEFAULT '{}';  -- of tailings.tarp.Standing

DELETE FROM tarp_checkpoint;

-- What the stored readings mean for a facility: made after each commit and each minute, and blind when it is not.
CREATE TABLE assessment (
    facility_id  text PRIMARY KEY REFERENCES facility,
    made_at      timestamptz NOT NULL,
    valid_until  timestamptz NOT NULL,
    verdict      text NOT NULL,
    document     jsonb NOT NULL           -- of tailings.assess.Assessment
);
GRANT SELECT ON assessment TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON assessment TO tailwatch_ingest;
