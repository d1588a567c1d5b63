-- What programs say is kept as a code and values, and said in words by whoever shows it. `title` of an event is the
-- failure mode in the words of the facility file; of equipment it is empty, and `detail` says what is wrong. Rows of before
-- keep the sentence that they have; an event of the equipment that stands gets its code at the next look.
ALTER TABLE alarm_event ADD COLUMN detail jsonb NOT NULL DEFAULT '{}';
UPDATE alarm_action SET evidence = 'over-when-known'
WHERE closed_by = 'program:ingest' AND evidence = 'not asked for: known only when it was over';
UPDATE revision SET reason = CASE kind WHEN 'verdict' THEN 'later-readings' ELSE 'older-version' END
WHERE kind = 'verdict' AND author LIKE 'agent:%' OR kind = 'catch-up' AND author = 'program:ingest';
