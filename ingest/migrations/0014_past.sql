-- The past at the price of the present.

-- The same as observation_as_of, for those who read all of a long span: that one looks at `superseded` once a row and
-- can stop early, this one sorts both together and takes the first of each instant.
CREATE FUNCTION whole_as_of(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS SETOF observation LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT number, known.phenomenon_time, known.result, known.quality, known.tests, known.cfg
    FROM (
        SELECT DISTINCT ON (told.phenomenon_time) told.*
        FROM (
            SELECT phenomenon_time, result, quality, tests, cfg, replaced_at, revision_id FROM superseded
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of AND replaced_at > as_of
            UNION ALL
            SELECT phenomenon_time, result, quality, tests, cfg, 'infinity'::timestamptz, 0::bigint FROM observation
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of
        ) told
        ORDER BY told.phenomenon_time, told.replaced_at, told.revision_id
    ) known
    WHERE known.quality IS NOT NULL
$$;

-- Whether anything of a datastream in [start, stop) was replaced after `as_of`: the book of revisions is asked first,
-- it is short.
CREATE FUNCTION is_revised_since(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM revision r JOIN datastream d ON d.facility_id = r.facility_id AND d.id = number
        WHERE coalesce(r.closed_at, 'infinity') > as_of
    ) AND EXISTS (
        SELECT FROM superseded WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
            AND replaced_at > as_of
    )
$$;
