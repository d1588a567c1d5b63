-- The hours of what a revision replaced are counted with one look at the facility a datastream, not one a row: that was
-- a third of the counting, a tenth of a re-derivation. recount_superseded was last in 0021_recount.sql, count_superseded
-- in 0004_revision.sql; what they give is the same.
CREATE OR REPLACE FUNCTION recount_superseded(
    ids integer[], numbers bigint[], starts timestamptz[], stops timestamptz[]
) RETURNS SETOF superseded_hour LANGUAGE sql STABLE AS $$
    WITH span AS MATERIALIZED (
        SELECT s.*, timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM unnest(ids, numbers, starts, stops) AS s (id, number, start, stop)
        JOIN datastream d ON d.id = s.id JOIN facility f ON f.id = d.facility_id
    )
    SELECT datastream_id, start, revision_id, count(*)::integer,
           (count(*) FILTER (WHERE quality = 1))::integer, (count(*) FILTER (WHERE quality = 2))::integer,
           (count(*) FILTER (WHERE quality = 3))::integer, (count(*) FILTER (WHERE quality = 4))::integer,
           (count(*) FILTER (WHERE quality = 9))::integer, (count(*) FILTER (WHERE is_result))::integer,
           min(result) FILTER (WHERE is_result), max(result) FILTER (WHERE is_result),
           sum(result) FILTER (WHERE is_result),
           min(phenomenon_time) FILTER (WHERE is_result), max(phenomenon_time) FILTER (WHERE is_result),
           min(phenomenon_time) FILTER (WHERE quality <> 4), max(phenomenon_time) FILTER (WHERE quality <> 4),
           min(replaced_at), max(replaced_at)
    FROM (
        SELECT s.*, date_bin('1 hour', s.phenomenon_time, span.origin) AS start,
               s.quality IN (1, 2, 3) AND s.result IS NOT NULL AND abs(s.result) < 1e300 AS is_result
        FROM span CROSS JOIN LATERAL (
            SELECT * FROM superseded WHERE datastream_id = span.id AND phenomenon_time >= span.start
                AND phenomenon_time < span.stop AND revision_id = span.number OFFSET 0
        ) s
    ) replaced_row GROUP BY datastream_id, start, revision_id
$$;

CREATE OR REPLACE FUNCTION count_superseded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids integer[]; numbers bigint[]; starts timestamptz[]; stops timestamptz[];
BEGIN
    SELECT array_agg(id), array_agg(number), array_agg(date_bin('1 hour', first, origin)),
           array_agg(date_bin('1 hour', last, origin) + interval '1 hour')
    INTO ids, numbers, starts, stops FROM (
        SELECT n.*, timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM (
            SELECT datastream_id AS id, revision_id AS number, min(phenomenon_time) AS first, max(phenomenon_time) AS last
            FROM fresh GROUP BY datastream_id, revision_id
        ) n JOIN datastream d ON d.id = n.id JOIN facility f ON f.id = d.facility_id
    ) touched;
    DELETE FROM superseded_hour h USING unnest(ids, numbers, starts, stops) AS span (id, number, start, stop)
    WHERE h.datastream_id = span.id AND h.revision_id = span.number AND h.start >= span.start AND h.start < span.stop;
    INSERT INTO superseded_hour SELECT * FROM recount_superseded(ids, numbers, starts, stops);
    RETURN NULL;
END $$;
