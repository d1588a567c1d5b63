-- Version 5: the chain of batches (codec.chain), which tells this buffer from a copy of it; and when it was found to be one.
ALTER TABLE outbox ADD COLUMN before TEXT NOT NULL DEFAULT '';   -- the number of the batch before it
ALTER TABLE outbox ADD COLUMN chain TEXT NOT NULL DEFAULT '';    -- its own
ALTER TABLE agent ADD COLUMN chain TEXT NOT NULL DEFAULT '';     -- of the batch that was written last
ALTER TABLE agent ADD COLUMN restored_ms INTEGER NOT NULL DEFAULT 0;  -- gateway's time, Unix ms; 0: never
-- What waits was written without a chain, and the centre knows none of it: it goes out in an epoch that begins with one.
UPDATE outbox SET chain = printf('%08x', crc);
UPDATE outbox SET before = coalesce((SELECT o.chain FROM outbox o WHERE o.seq = outbox.seq - 1), '00000000');
UPDATE agent SET epoch = lower(hex(randomblob(4))),
    chain = coalesce((SELECT chain FROM outbox ORDER BY seq DESC LIMIT 1), '00000000');
