-- A filter that waits for the readings after (spike) changes its mind about a row that was told before. The agent says so
-- in a verdict, and ingest takes it over as a revision whose author is the agent: one a day, open until it is over.

ALTER TABLE revision
    DROP CONSTRAINT revision_kind_check,
    ADD CONSTRAINT revision_kind_check
        CHECK (kind IN ('rederive', 'catch-up', 'quality', 'place', 'undo', 'verdict')),
    DROP CONSTRAINT revision_author_check,
    ADD CONSTRAINT revision_author_check
        CHECK (author ~ '^((user|key|command):[0-9]+|program:[a-z_]+|agent:[a-z0-9-]+)$');

-- The span of an open one grows with what comes.
GRANT UPDATE (from_time, to_time) ON revision TO tailwatch_ingest;
CREATE INDEX revision_open ON revision (facility_id, author) WHERE state = 'open';
