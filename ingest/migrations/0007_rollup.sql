-- Rollups: hours and days of each datastream, rebuilt from what each transaction of ingest notes as touched.
-- Hours and days begin by the facility's standard time (no daylight saving), so a day always has 24 hours.

-- What was touched and not yet counted, one row a transaction: item i of each array belongs together.
CREATE TABLE dirty_span (
    datastream_ids  integer[] NOT NULL,
    first_ms        bigint[] NOT NULL,        -- Unix ms, included
    last_ms         bigint[] NOT NULL         -- Unix ms, included
);

CREATE TABLE rollup_hour (
    datastream_id  integer NOT NULL REFERENCES datastream,
    start          timestamptz NOT NULL,
    pass           integer NOT NULL,          -- observations by quality
    not_evaluated  integer NOT NULL,
    suspect        integer NOT NULL,
    fail           integer NOT NULL,
    missing        integer NOT NULL,
    results        integer NOT NULL,          -- what the columns below are made of: neither fail nor missing
    minimum        double precision,
    maximum        double precision,
    mean           double precision,
    weighted_mean  double precision,          -- by time, straight lines between results (the trapezoid rule)
    first          double precision,
    last           double precision,
    first_time     timestamptz,               -- of the first and the last result
    last_time      timestamptz,
    begin_time     timestamptz,               -- of the first and the last observation that is not fail
    end_time       timestamptz,
    PRIMARY KEY (datastream_id, start)
);
CREATE TABLE rollup_day (LIKE rollup_hour INCLUDING ALL, FOREIGN KEY (datastream_id) REFERENCES datastream);

-- A result as it is added up: nearer to zero than 1e-200 it is nothing that an instrument can tell from zero.
-- PostgreSQL refuses what leaves the range of a double: half of the smallest one is an underflow, and avg() keeps
-- squares, which overflow from 1e154 on. Every number that a message may carry can be counted.
CREATE FUNCTION addend_of(result double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN abs(result) < 1e-200 THEN 0 ELSE result END
$$;

-- The hours of some datastreams, counted anew from the observations: item i of each array is one span,
-- [start, stop) in Unix ms. A result beyond 1e300 is no measurement: it is counted by its flag, but would overflow
-- every sum. Hours of which rows have left the database stand as they were counted, whatever comes late.
CREATE FUNCTION recount_hours(ids integer[], starts_ms bigint[], stops_ms bigint[])
    RETURNS SETOF rollup_hour LANGUAGE sql STABLE AS $$
    WITH span AS (
        SELECT s.id, to_timestamp(s.start_ms / 1000.0) AS start, to_timestamp(s.stop_ms / 1000.0) AS stop,
               timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM unnest(ids, starts_ms, stops_ms) AS s (id, start_ms, stop_ms)
        JOIN datastream d ON d.id = s.id JOIN facility f ON f.id = d.facility_id
    ), reading AS (
        SELECT o.datastream_id, o.phenomenon_time AS time, o.result, o.quality,
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
           min(time) FILTER (WHERE quality <> 4), max(time) FILTER (WHERE quality <> 4)
    FROM neighboured GROUP BY datastream_id, start
$$;

-- Days made of hours of one datastream; a day begins at `origin` plus whole days.
CREATE FUNCTION fold_days(hours rollup_hour[], origin timestamptz) RETURNS SETOF rollup_day LANGUAGE sql STABLE AS $$
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
           min(first_time), max(last_time), min(begin_time), max(end_time)
    FROM neighboured GROUP BY datastream_id, day
$$;

-- Days from the stored hours: item i of each array is one span of whole days, [start, stop) in Unix ms.
CREATE FUNCTION recount_days(ids integer[], starts_ms bigint[], stops_ms bigint[])
    RETURNS SETOF rollup_day LANGUAGE sql STABLE AS $$
    SELECT folded.*
    FROM unnest(ids, starts_ms, stops_ms) AS s (id, start_ms, stop_ms)
    JOIN datastream d ON d.id = s.id JOIN facility f ON f.id = d.facility_id
    CROSS JOIN LATERAL fold_days(
        ARRAY(SELECT h FROM rollup_hour h WHERE h.datastream_id = s.id
              AND h.start >= to_timestamp(s.start_ms / 1000.0) AND h.start < to_timestamp(s.stop_ms / 1000.0)),
        timestamptz '2000-01-01T00:00Z' - f.standard_offset) AS folded
$$;

-- Which whole hours or days (`width`) of a datastream between two times are touched and not counted yet; joined.
CREATE FUNCTION dirty_of(number integer, start timestamptz, stop timestamptz, width interval)
    RETURNS TABLE (span tstzrange, origin timestamptz) LANGUAGE sql STABLE AS $$
    WITH zone AS (
        SELECT timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM datastream d JOIN facility f ON f.id = d.facility_id WHERE d.id = number
    ), touched AS (
        SELECT greatest(to_timestamp(t.first_ms / 1000.0), start) AS first,
               least(to_timestamp(t.last_ms / 1000.0), stop - interval '1 us') AS last
        FROM dirty_span CROSS JOIN LATERAL unnest(datastream_ids, first_ms, last_ms) AS t (id, first_ms, last_ms)
        WHERE datastream_ids @> ARRAY[number] AND t.id = number
    )
    SELECT unnest(range_agg(tstzrange(date_bin(width, first, origin), date_bin(width, last, origin) + width))), origin
    FROM touched CROSS JOIN zone WHERE first <= last GROUP BY origin
$$;

-- The hours and days of a datastream that begin in [start, stop): at any time what a recount would give, for what is
-- not counted yet is counted here.
CREATE FUNCTION hours_of(number integer, start timestamptz, stop timestamptz)
    RETURNS SETOF rollup_hour LANGUAGE sql STABLE AS $$
    WITH dirty AS MATERIALIZED (SELECT span FROM dirty_of(number, start, stop, '1 hour'))
    SELECT h.* FROM rollup_hour h WHERE h.datastream_id = number AND h.start >= $2 AND h.start < $3
        AND NOT EXISTS (SELECT FROM dirty WHERE h.start <@ span)
    UNION ALL
    SELECT h.* FROM (SELECT count(*) AS spans FROM dirty) touched, recount_hours(
        ARRAY(SELECT number FROM dirty ORDER BY span),
        ARRAY(SELECT (extract(epoch FROM lower(span)) * 1000)::bigint FROM dirty ORDER BY span),
        ARRAY(SELECT (extract(epoch FROM upper(span)) * 1000)::bigint FROM dirty ORDER BY span)) h
    WHERE touched.spans > 0 AND h.start >= $2 AND h.start < $3
$$;
CREATE FUNCTION days_of(number integer, start timestamptz, stop timestamptz)
    RETURNS SETOF rollup_day LANGUAGE sql STABLE AS $$
    WITH dirty AS MATERIALIZED (SELECT * FROM dirty_of(number, start, stop, '1 day'))
    SELECT d.* FROM rollup_day d WHERE d.datastream_id = number AND d.start >= $2 AND d.start < $3
        AND NOT EXISTS (SELECT FROM dirty WHERE d.start <@ span)
    UNION ALL
    SELECT folded.* FROM dirty CROSS JOIN LATERAL fold_days(
        ARRAY(SELECT h FROM hours_of(number, lower(span), upper(span)) h), origin) folded
    WHERE folded.start >= $2 AND folded.start < $3
$$;

-- Gaps: where raw readings of a facility are more than one and a half expected intervals apart. A failed read is a row
-- and no gap. What lies before the first reading of a datastream, or after its retirement, was never expected.
-- Only datastreams whose hours hold fewer observations than were expected are read row by row.
CREATE FUNCTION gaps_of(facility text, node text, start timestamptz, stop timestamptz, at_most integer)
    RETURNS TABLE (datastream text, sender text, after_time timestamptz, before_time timestamptz, missing bigint)
    LANGUAGE sql STABLE AS $$
    WITH measured AS (
        SELECT d.id, d.name, d.node_id, d.expected_interval_s AS every_s, greatest(start, l.first_time) AS first,
               least(stop, coalesce(d.retired_at, stop), now()) AS last
        FROM datastream d JOIN latest l ON l.datastream_id = d.id
        WHERE d.facility_id = facility AND d.formula IS NULL AND d.origin = 'measured' AND d.expected_interval_s > 0
          AND (node IS NULL OR d.node_id = node) AND l.first_time < stop
    ), short AS (
        SELECT m.* FROM measured m CROSS JOIN LATERAL (
            SELECT coalesce(sum(pass + not_evaluated + suspect + fail + missing), 0) AS there FROM rollup_hour
            WHERE datastream_id = m.id AND start >= m.first AND start + interval '1 hour' <= m.last
        ) hours
        WHERE m.first < m.last
          AND hours.there < floor(extract(epoch FROM m.last - m.first) / m.every_s)
    ), neighbours AS (
        SELECT s.name, s.node_id, s.every_s, pair.earlier, pair.later FROM short s CROSS JOIN LATERAL (
            SELECT lag(time, 1, s.first) OVER (ORDER BY time) AS earlier, time AS later FROM (
                SELECT phenomenon_time AS time FROM observation
                WHERE datastream_id = s.id AND phenomenon_time >= s.first AND phenomenon_time < s.last
                UNION ALL SELECT s.last
            ) reading
        ) pair
    )
    SELECT name, node_id, earlier, later, greatest(round(extract(epoch FROM later - earlier) / every_s)::bigint - 1, 1)
    FROM neighbours WHERE later - earlier > 1.5 * every_s * interval '1 s'
    ORDER BY later - earlier DESC, name, earlier LIMIT at_most
$$;

GRANT SELECT ON dirty_span, rollup_hour, rollup_day TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, DELETE ON dirty_span TO tailwatch_ingest;
GRANT INSERT, UPDATE, DELETE ON rollup_hour, rollup_day TO tailwatch_ingest;
