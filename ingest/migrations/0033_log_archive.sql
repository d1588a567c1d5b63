-- The archive of the log: that there is one, how far it is, and what each tried restore came to. Written by the program
-- `backup` of `tailwatch up` and by `tailwatch backup`, as the superuser; where there is no archive, there is no row.

CREATE TABLE log_archive (
    is_only       boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    began_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    reported_at   timestamptz NOT NULL DEFAULT clock_timestamp(),  -- when its program last looked
    base_every_h  float8 NOT NULL CHECK (base_every_h > 0),
    try_every_h   float8 NOT NULL CHECK (try_every_h > 0),
    base_at       timestamptz,                -- the end of the newest base backup
    fault         text NOT NULL DEFAULT ''    -- why the newest base backup was not made
);

-- The moment is one of the live database; `equal` says that a restored one held the same rows at it.
CREATE TABLE restore_trial (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    began_at     timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL CHECK (ended_at >= began_at),
    moment       timestamptz,                 -- NULL: it did not come so far
    verdict      text NOT NULL CHECK (verdict IN ('equal', 'different', 'failed')),
    month_count  integer NOT NULL,
    row_count    bigint NOT NULL,
    differences  text[] NOT NULL,             -- what is not equal, or why it failed
    CHECK (verdict <> 'equal' OR (moment IS NOT NULL AND differences = '{}'))
);
CREATE INDEX restore_trial_ended ON restore_trial (ended_at DESC);

-- What everybody may know who reads: without differences and counts, which are of all facilities.
CREATE VIEW restore_standing AS
SELECT a.began_at, a.try_every_h, a.base_at, a.fault <> '' AS has_fault, last.ended_at AS tried_at, last.moment,
       last.verdict, extract(epoch FROM last.ended_at - last.began_at)::float8 AS took_s,
       good.ended_at AS good_at,
       CASE WHEN last.verdict IS DISTINCT FROM 'equal' AND last.verdict IS NOT NULL THEN last.verdict
            WHEN coalesce(good.ended_at, a.began_at) < now() - 2 * a.try_every_h * interval '1 h'
                THEN CASE WHEN good.ended_at IS NULL THEN 'never' ELSE 'old' END
            WHEN good.ended_at IS NULL THEN 'waiting'
            WHEN a.fault <> '' THEN 'no-base'
            ELSE 'good' END AS standing
FROM log_archive a
LEFT JOIN LATERAL (SELECT * FROM restore_trial ORDER BY ended_at DESC LIMIT 1) last ON true
LEFT JOIN LATERAL (SELECT * FROM restore_trial WHERE verdict = 'equal' ORDER BY ended_at DESC LIMIT 1) good ON true;

GRANT SELECT ON log_archive, restore_trial, restore_standing TO tailwatch_ingest;
GRANT SELECT ON restore_standing TO tailwatch_api;
