-- Retention: old observations leave the database by whole chunks, after the archive holds every row of them. Off unless
-- a person says how many days are kept; the rollups of what left stay.

CREATE TABLE retention (
    is_one  boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    days    integer CHECK (days >= 60)        -- NULL: everything is kept
);
INSERT INTO retention DEFAULT VALUES;

CREATE TABLE released_span (
    start        timestamptz PRIMARY KEY,     -- of the chunk, included
    stop         timestamptz NOT NULL,        -- not included
    rows         bigint NOT NULL,
    released_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION audit_retention() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'retention' THEN
        PERFORM audit_append(audit_actor(), 'retention.set', 'retention', jsonb_build_object('days', NEW.days));
    ELSE
        PERFORM audit_append(audit_actor(), 'observations.released', 'observation',
            jsonb_build_object('from', NEW.start, 'to', NEW.stop, 'rows', NEW.rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_update AFTER UPDATE ON retention FOR EACH ROW EXECUTE FUNCTION audit_retention();
CREATE TRIGGER audit_insert AFTER INSERT ON released_span FOR EACH ROW EXECUTE FUNCTION audit_retention();

-- As before, but hours of which rows have left the database stand as they were counted, whatever comes late.
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
        SELECT *, lag(time) OVER near AS before_time, lag(result) OVER near AS before_result,
               lead(time) OVER near IS NULL AS is_last
        FROM told WINDOW near AS (PARTITION BY datastream_id, start, is_result ORDER BY time)
    )
    SELECT datastream_id, start,
           (count(*) FILTER (WHERE quality = 1))::integer, (count(*) FILTER (WHERE quality = 2))::integer,
           (count(*) FILTER (WHERE quality = 3))::integer, (count(*) FILTER (WHERE quality = 4))::integer,
           (count(*) FILTER (WHERE quality = 9))::integer, (count(*) FILTER (WHERE is_result))::integer,
           min(result) FILTER (WHERE is_result), max(result) FILTER (WHERE is_result),
           avg(result) FILTER (WHERE is_result),
           coalesce(sum((result / 2 + before_result / 2) * extract(epoch FROM time - before_time)::float8)
                        FILTER (WHERE is_result AND before_time IS NOT NULL)
                    / nullif(extract(epoch FROM max(time) FILTER (WHERE is_result)
                                                - min(time) FILTER (WHERE is_result))::float8, 0),
                    min(result) FILTER (WHERE is_result)),
           min(result) FILTER (WHERE is_result AND before_time IS NULL), min(result) FILTER (WHERE is_result AND is_last),
           min(time) FILTER (WHERE is_result), max(time) FILTER (WHERE is_result),
           min(time) FILTER (WHERE quality <> 4), max(time) FILTER (WHERE quality <> 4)
    FROM neighboured GROUP BY datastream_id, start
$$;

GRANT SELECT ON retention, released_span TO tailwatch_ingest, tailwatch_api;
GRANT DELETE ON released_span TO tailwatch_ingest;
