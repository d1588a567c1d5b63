-- Version 4: what is known of the centre, and who has the time from this gateway; the reason of a clock ahead has one word.
ALTER TABLE agent ADD COLUMN answered_ms INTEGER NOT NULL DEFAULT 0;        -- when the centre answered last; 0: never
ALTER TABLE agent ADD COLUMN is_centre_silent INTEGER NOT NULL DEFAULT 0;
CREATE TABLE timed_node (node TEXT PRIMARY KEY) WITHOUT ROWID;
UPDATE quarantine_count SET reason = 'clock-ahead' WHERE reason = 'in-the-future';
-- What else was found of a recent row, beside the quality that it was told with.
ALTER TABLE recent ADD COLUMN own_quality INTEGER;  -- by its own tests alone, without partners; NULL: as `quality`
ALTER TABLE recent ADD COLUMN tests TEXT;           -- the names that were told with its quality
