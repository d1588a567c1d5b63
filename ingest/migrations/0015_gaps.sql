-- Gaps: where raw readings of a facility are more than one and a half expected intervals apart. A failed read is a row
-- and no gap. What lies before the first reading of a datastream, or after its retirement, was never expected.

-- Only datastreams whose hours hold fewer observations than were expected are read row by row.
CREATE FUNCTION gaps_of(facility text, node text, start timestamptz, stop timestamptz, at_most integer)
    RETURNS TABLE (datastream text, sender text, after_time timestamptz, before_time timestamptz, missing bigint)
    LANGUAGE sql STABLE AS $$
    WITH asked AS (
        SELECT d.id, d.name, d.node_id, d.expected_interval_s AS every_s, greatest(start, l.first_time) AS first,
               least(stop, coalesce(d.retired_at, stop), now()) AS last
        FROM datastream d JOIN latest l ON l.datastream_id = d.id
        WHERE d.facility_id = facility AND d.formula IS NULL AND d.origin = 'measured' AND d.expected_interval_s > 0
          AND (node IS NULL OR d.node_id = node) AND l.first_time < stop
    ), short AS (
        SELECT a.* FROM asked a CROSS JOIN LATERAL (
            SELECT coalesce(sum(pass + not_evaluated + suspect + fail + missing), 0) AS there FROM rollup_hour
            WHERE datastream_id = a.id AND start >= a.first AND start + interval '1 hour' <= a.last
        ) hours
        WHERE a.first < a.last
          AND hours.there < floor(extract(epoch FROM a.last - a.first) / a.every_s)
    ), beside AS (
        SELECT s.name, s.node_id, s.every_s, pair.earlier, pair.later FROM short s CROSS JOIN LATERAL (
            SELECT lag(time, 1, s.first) OVER (ORDER BY time) AS earlier, time AS later FROM (
                SELECT phenomenon_time AS time FROM observation
                WHERE datastream_id = s.id AND phenomenon_time >= s.first AND phenomenon_time < s.last
                UNION ALL SELECT s.last
            ) told
        ) pair
    )
    SELECT name, node_id, earlier, later, greatest(round(extract(epoch FROM later - earlier) / every_s)::bigint - 1, 1)
    FROM beside WHERE later - earlier > 1.5 * every_s * interval '1 s'
    ORDER BY later - earlier DESC, name, earlier LIMIT at_most
$$;
