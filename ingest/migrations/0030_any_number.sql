-- Every number that a message may carry can be counted. PostgreSQL refuses what leaves the range of a double: half of the
-- smallest one is an underflow, and avg() keeps squares, which overflow from 1e154 on. One such result stopped all rollups.

-- A result as it is added up: nearer to zero than 1e-200 it is nothing that an instrument can tell from zero.
CREATE FUNCTION addend_of(result double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN abs(result) < 1e-200 THEN 0 ELSE result END
$$;

-- As before, but for its sums.
CREATE OR REPLACE FUNCTION recount_hours(ids integer[], starts_ms bigint[], stops_ms bigint[])
    RETURNS SETOF rollup_hour LANGUAGE sql STABLE AS $$
    WITH span AS (
        SELECT s.id, to_timestamp(s.start_ms / 1000.0) AS start, to_timestamp(s.stop_ms / 1000.0) AS stop,
               timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM unnest(ids, starts_ms, stops_ms) AS s (id, start_ms, stop_ms)
        JOIN datastream d ON d.id = s.id JOIN facility f ON f.id = d.facility_id
    ), told AS (
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
        FROM (SELECT *, CASE WHEN is_result THEN addend_of(result) END AS addend FROM told) added
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
           min(result) FILTER (WHERE is_result AND before_time IS NULL), min(result) FILTER (WHERE is_result AND is_last),
           min(time) FILTER (WHERE is_result), max(time) FILTER (WHERE is_result),
           min(time) FILTER (WHERE quality <> 4), max(time) FILTER (WHERE quality <> 4)
    FROM neighboured GROUP BY datastream_id, start
$$;

-- As before, but for its sums.
CREATE OR REPLACE FUNCTION fold_days(hours rollup_hour[], origin timestamptz) RETURNS SETOF rollup_day LANGUAGE sql STABLE AS $$
    WITH told AS (
        SELECT *, date_bin('1 day', start, origin) AS day FROM unnest(hours)
    ), neighboured AS (
        SELECT *, lag(last_time) OVER near AS before_time, lag(last) OVER near AS before,
               lead(start) OVER near IS NULL AS is_last
        FROM told WINDOW near AS (PARTITION BY datastream_id, day, results > 0 ORDER BY start)
    )
    SELECT datastream_id, day, sum(pass)::integer, sum(not_evaluated)::integer, sum(suspect)::integer,
           sum(fail)::integer, sum(missing)::integer, sum(results)::integer, min(minimum), max(maximum),
           sum(addend_of(mean) * results) / nullif(sum(results), 0),
           coalesce(sum(addend_of(weighted_mean) * extract(epoch FROM last_time - first_time)::float8
                        + coalesce((addend_of(before) / 2 + addend_of(first) / 2)
                                   * extract(epoch FROM first_time - before_time)::float8, 0))
                    / nullif(extract(epoch FROM max(last_time) - min(first_time))::float8, 0), addend_of(min(minimum))),
           min(first) FILTER (WHERE results > 0 AND before_time IS NULL), min(last) FILTER (WHERE results > 0 AND is_last),
           min(first_time), max(last_time), min(begin_time), max(end_time)
    FROM neighboured GROUP BY datastream_id, day
$$;
