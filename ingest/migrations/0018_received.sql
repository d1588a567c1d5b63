-- When each observation was received here, so that "as of" leaves out what came later: late readings, a backlog, an
-- import. now() is the same for all rows of a transaction and, unlike clock_timestamp(), leaves a COPY in one piece.
-- NULL: stored before this migration. Of such a row nobody knows when it came; it counts as known at its own time.

ALTER TABLE observation ADD COLUMN received_at timestamptz;
ALTER TABLE observation ALTER COLUMN received_at SET DEFAULT now();
ALTER TABLE rollup_hour ADD COLUMN last_received timestamptz;  -- of all its observations; NULL: none has the time
ALTER TABLE rollup_day ADD COLUMN last_received timestamptz;

-- The rule of every answer "as of": whether what was received then (of hours and days: all of it) was there at `as_of`.
-- No `as_of` is now.
CREATE FUNCTION is_received(received_at timestamptz, as_of timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(received_at <= as_of, true)
$$;

-- As in 0007_rollup.sql, with the last time of reception.
CREATE OR REPLACE FUNCTION recount_hours(ids integer[], starts_ms bigint[], stops_ms bigint[])
    RETURNS SETOF rollup_hour LANGUAGE sql STABLE AS $$
    WITH span AS (
        SELECT s.id, to_timestamp(s.start_ms / 1000.0) AS start, to_timestamp(s.stop_ms / 1000.0) AS stop,
               timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM unnest(ids, starts_ms, stops_ms) AS s (id, start_ms, stop_ms)
        JOIN datastream d ON d.id = s.id JOIN facility f ON f.id = d.facility_id
    ), reading AS (
        SELECT o.datastream_id, o.phenomenon_time AS time, o.result, o.quality, o.received_at,
               date_bin('1 hour', o.phenomenon_time, span.origin) AS start,
               o.quality IN (1, 2, 3) AND o.result IS NOT NULL AND abs(o.result) < 1e300 AS is_result
        FROM span CROSS JOIN LATERAL (
            SELECT * FROM observation
            WHERE datastream_id = span.id AND phenomenon_time >= span.start AND phenomenon_time < span.stop
        ) o
        WHERE NOT EXISTS (SELECT FROM released_span r
                          WHERE r.start < date_bin('1 hour', o.phenomenon_time, span.origin) + interval '1 hour'
                            AND r.stop > date_bin('1 hour', o.phenomenon_time, span.origin))
    ), neighboured AS (
        SELECT *, lag(time) OVER near AS before_time, lag(addend) OVER near AS before_addend,
               lead(time) OVER near IS NULL AS is_last
        FROM (SELECT *, CASE WHEN is_result THEN addend_of(result) END AS addend FROM reading) added
        WINDOW near AS (PARTITION BY datastream_id, start, is_result ORDER BY time)
    )
    SELECT datastream_id, start,
           (count(*) FILTER (WHERE quality = 1))::integer, (count(*) FILTER (WHERE quality = 2))::integer,
           (count(*) FILTER (WHERE quality = 3))::integer, (count(*) FILTER (WHERE quality = 4))::integer,
           (count(*) FILTER (WHERE quality = 9))::integer, (count(*) FILTER (WHERE is_result))::integer,
           min(result) FILTER (WHERE is_result), max(result) FILTER (WHERE is_result),
           sum(addend) / nullif(count(*) FILTER (WHERE is_result), 0),
           coalesce(sum((addend / 2 + before_addend / 2) * extract(epoch FROM time - before_time)::float8)
                        FILTER (WHERE is_result AND before_time IS NOT NULL)
                    / nullif(extract(epoch FROM max(time) FILTER (WHERE is_result)
                                                - min(time) FILTER (WHERE is_result))::float8, 0),
                    min(addend)),
           min(result) FILTER (WHERE is_result AND before_time IS NULL),
           min(result) FILTER (WHERE is_result AND is_last),
           min(time) FILTER (WHERE is_result), max(time) FILTER (WHERE is_result),
           min(time) FILTER (WHERE quality <> 4), max(time) FILTER (WHERE quality <> 4), max(received_at)
    FROM neighboured GROUP BY datastream_id, start
$$;
CREATE OR REPLACE FUNCTION fold_days(hours rollup_hour[], origin timestamptz)
    RETURNS SETOF rollup_day LANGUAGE sql STABLE AS $$
    WITH dated AS (
        SELECT *, date_bin('1 day', start, origin) AS day FROM unnest(hours)
    ), neighboured AS (
        SELECT *, lag(last_time) OVER near AS before_time, lag(last) OVER near AS before,
               lead(start) OVER near IS NULL AS is_last
        FROM dated WINDOW near AS (PARTITION BY datastream_id, day, results > 0 ORDER BY start)
    )
    SELECT datastream_id, day, sum(pass)::integer, sum(not_evaluated)::integer, sum(suspect)::integer,
           sum(fail)::integer, sum(missing)::integer, sum(results)::integer, min(minimum), max(maximum),
           sum(addend_of(mean) * results) / nullif(sum(results), 0),
           coalesce(sum(addend_of(weighted_mean) * extract(epoch FROM last_time - first_time)::float8
                        + coalesce((addend_of(before) / 2 + addend_of(first) / 2)
                                   * extract(epoch FROM first_time - before_time)::float8, 0))
                    / nullif(extract(epoch FROM max(last_time) - min(first_time))::float8, 0), addend_of(min(minimum))),
           min(first) FILTER (WHERE results > 0 AND before_time IS NULL),
           min(last) FILTER (WHERE results > 0 AND is_last),
           min(first_time), max(last_time), min(begin_time), max(end_time), max(last_received)
    FROM neighboured GROUP BY datastream_id, day
$$;

-- The observations of one datastream in [start, stop) as they were known at `as_of`: values replaced since then come
-- back, what was received later is left out, and what has a later time than that could not be known.
CREATE OR REPLACE FUNCTION observation_as_of(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS SETOF observation LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT o.datastream_id, o.phenomenon_time, seen.result, seen.quality, seen.tests, seen.cfg, o.received_at
    FROM observation o CROSS JOIN LATERAL (
        SELECT * FROM (
            (SELECT s.result, s.quality, s.tests, s.cfg FROM superseded s
             WHERE s.datastream_id = o.datastream_id AND s.phenomenon_time = o.phenomenon_time AND s.replaced_at > as_of
             ORDER BY s.replaced_at, s.revision_id LIMIT 1)
            UNION ALL SELECT o.result, o.quality, o.tests, o.cfg
        ) known LIMIT 1
    ) AS seen
    WHERE o.datastream_id = number AND o.phenomenon_time >= start AND o.phenomenon_time < stop
      AND o.phenomenon_time <= as_of AND is_received(o.received_at, as_of) AND seen.quality IS NOT NULL
$$;

-- The same for readers of all of a long span: observation_as_of looks at `superseded` once a row and can stop early,
-- this one sorts both together and takes the first of each instant.
CREATE OR REPLACE FUNCTION observation_range_as_of(
    number integer, start timestamptz, stop timestamptz, as_of timestamptz
) RETURNS SETOF observation LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT number, known.phenomenon_time, known.result, known.quality, known.tests, known.cfg, known.received
    FROM (
        SELECT DISTINCT ON (version.phenomenon_time) version.*,
               max(version.received_at) OVER (PARTITION BY version.phenomenon_time) AS received
        FROM (
            SELECT phenomenon_time, result, quality, tests, cfg, replaced_at, revision_id,
                   NULL::timestamptz AS received_at
            FROM superseded
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of AND replaced_at > as_of
            UNION ALL
            SELECT phenomenon_time, result, quality, tests, cfg, 'infinity'::timestamptz, 0::bigint, received_at
            FROM observation
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of
        ) version
        ORDER BY version.phenomenon_time, version.replaced_at, version.revision_id
    ) known
    WHERE known.quality IS NOT NULL AND is_received(known.received, as_of)
$$;

-- Whether anything of a datastream in [start, stop) was received after `as_of`: days are asked first, then the hours
-- of the last day, then the rows of its last hour, so that a past of years costs as little as one of weeks. What is
-- touched and not counted yet counts; the answer is the same either way.
CREATE FUNCTION is_received_since(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM rollup_day d WHERE d.datastream_id = number AND d.start > is_received_since.start - interval '1 day'
            AND d.start < least(stop, as_of - interval '1 day') AND NOT is_received(d.last_received, as_of)
    ) OR EXISTS (
        SELECT FROM rollup_hour h WHERE h.datastream_id = number
            AND h.start >= greatest(is_received_since.start - interval '1 hour', as_of - interval '1 day')
            AND h.start < least(stop, as_of - interval '1 hour') AND NOT is_received(h.last_received, as_of)
    ) OR EXISTS (
        SELECT FROM observation o WHERE o.datastream_id = number
            AND o.phenomenon_time >= greatest(is_received_since.start, as_of - interval '1 hour')
            AND o.phenomenon_time < stop AND o.phenomenon_time <= as_of AND NOT is_received(o.received_at, as_of)
    ) OR EXISTS (
        SELECT FROM dirty_of(number, is_received_since.start, least(stop, as_of), '1 hour') dirty
        WHERE lower(dirty.span) < as_of - interval '1 hour'
    )
$$;
