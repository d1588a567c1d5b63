-- Version 4: what else was found of a recent row, beside the quality that it was told with.
ALTER TABLE recent ADD COLUMN own_quality INTEGER;  -- by its own tests alone, without partners; NULL: as `quality`
ALTER TABLE recent ADD COLUMN tests TEXT;           -- the names that were told with its quality
