-- In a function in SQL a column wins over an argument of the same name. Since 0022 a facility has a column `number`, so
-- `d.id = number` asked for the number of the facility: hours and days that were touched and not counted yet began by the
-- clock of another facility, or were left out. Arguments are named by their function here. dirty_of was last in
-- 0007_rollup.sql.
CREATE OR REPLACE FUNCTION dirty_of(number integer, start timestamptz, stop timestamptz, width interval)
    RETURNS TABLE (span tstzrange, origin timestamptz) LANGUAGE sql STABLE AS $$
    WITH zone AS (
        SELECT timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
        FROM datastream d JOIN facility f ON f.id = d.facility_id WHERE d.id = dirty_of.number
    ), touched AS (
        SELECT greatest(to_timestamp(t.first_ms / 1000.0), dirty_of.start) AS first,
               least(to_timestamp(t.last_ms / 1000.0), dirty_of.stop - interval '1 us') AS last
        FROM dirty_span CROSS JOIN LATERAL unnest(datastream_ids, first_ms, last_ms) AS t (id, first_ms, last_ms)
        WHERE datastream_ids @> ARRAY[dirty_of.number] AND t.id = dirty_of.number
    )
    SELECT unnest(range_agg(tstzrange(date_bin(width, first, origin), date_bin(width, last, origin) + width))), origin
    FROM touched CROSS JOIN zone WHERE first <= last GROUP BY origin
$$;
