-- What a plan can still see, and the level that suspect values alone would mean. What its tests remembered has another
-- shape now: every plan is followed again from its oldest row, or from where its present conditions began.
ALTER TABLE tarp_state DROP COLUMN stale;
ALTER TABLE tarp_state ADD believed smallint NOT NULL DEFAULT 0;
ALTER TABLE tarp_state ADD sight text NOT NULL DEFAULT 'blind' CHECK (sight IN ('full', 'reduced', 'blind'));
ALTER TABLE tarp_state ADD lost jsonb NOT NULL DEFAULT '[]';       -- of tailings.tarp.Lost
ALTER TABLE tarp_state ADD may_fail smallint NOT NULL DEFAULT 0;   -- instruments, before it is blind

DELETE FROM tarp_checkpoint;
