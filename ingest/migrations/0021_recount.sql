-- What a revision replaced is counted by a look into its span alone. The inner query was taken apart by the planner, which
-- knows nothing of rows that the same transaction has added: each chunk of a revision read all rows of its datastream,
-- and taking back an import of millions was quadratic. OFFSET 0 keeps it whole.
CREATE OR REPLACE FUNCTION recount_superseded(
    ids integer[], numbers bigint[], starts timestamptz[], stops timestamptz[]
) RETURNS SETOF superseded_hour LANGUAGE sql STABLE AS $$
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
        SELECT s.*, date_bin('1 hour', s.phenomenon_time, timestamptz '2000-01-01T00:00Z' - f.standard_offset) AS start,
               s.quality IN (1, 2, 3) AND s.result IS NOT NULL AND abs(s.result) < 1e300 AS is_result
        FROM unnest(ids, numbers, starts, stops) AS span (id, number, start, stop)
        JOIN datastream d ON d.id = span.id JOIN facility f ON f.id = d.facility_id
        CROSS JOIN LATERAL (
            SELECT * FROM superseded WHERE datastream_id = span.id AND phenomenon_time >= span.start
                AND phenomenon_time < span.stop AND revision_id = span.number OFFSET 0
        ) s
    ) replaced_row GROUP BY datastream_id, start, revision_id
$$;
