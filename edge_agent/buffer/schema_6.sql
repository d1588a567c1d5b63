-- Version 6: the time of a pack beside its checksum, which an ack names: a node that was put back to an older image sees by it.
ALTER TABLE pack_crc ADD COLUMN at_s INTEGER;   -- Unix s; NULL: it has none, or was stored by an older version
