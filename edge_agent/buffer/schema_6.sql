-- Version 6: the time of a pack beside its checksum, which an ack names: a node that was put back to an older image sees
-- by it. And how many files were forgotten before they were read to their end.
ALTER TABLE pack_crc ADD COLUMN at_s INTEGER;   -- Unix s; NULL: it has none, or was stored by an older version
ALTER TABLE agent ADD COLUMN forgotten_files INTEGER NOT NULL DEFAULT 0;
