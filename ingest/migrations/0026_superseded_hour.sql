-- The past at the price of the present, also where all of a span was replaced: what a revision replaced is counted by
-- hours as it is kept, so that a chart "as of" reads hours and not every replaced row.

CREATE TABLE superseded_hour (
    datastream_id   integer NOT NULL,
    start           timestamptz NOT NULL,     -- of an hour of the facility's standard time, as in rollup_hour
    revision_id     bigint NOT NULL,
    rows            integer NOT NULL,         -- instants that it replaced, with those that were not there before
    pass            integer NOT NULL,         -- what was there before, by quality
    not_evaluated   integer NOT NULL,
    suspect         integer NOT NULL,
    fail            integer NOT NULL,
    missing         integer NOT NULL,
    results         integer NOT NULL,         -- what the columns below are made of, as in rollup_hour
    minimum         double precision,
    maximum         double precision,
    sum             double precision,
    first_time      timestamptz,
    last_time       timestamptz,
    begin_time      timestamptz,
    end_time        timestamptz,
    first_replaced  timestamptz NOT NULL,     -- the first and the last replaced_at of the rows
    last_replaced   timestamptz NOT NULL,
    PRIMARY KEY (datastream_id, start, revision_id)
);

-- What some revisions replaced, by hours: item i of each array is one revision in one span of whole hours of one
-- datastream, [start, stop).
CREATE FUNCTION recount_superseded(ids integer[], numbers bigint[], starts timestamptz[], stops timestamptz[])
    RETURNS SETOF superseded_hour LANGUAGE sql STABLE AS $$
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
                AND phenomenon_time < span.stop AND revision_id = span.number
        ) s
    ) told GROUP BY datastream_id, start, revision_id
$$;

CREATE FUNCTION count_superseded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids integer[]; numbers bigint[]; starts timestamptz[]; stops timestamptz[];
BEGIN
    SELECT array_agg(id), array_agg(number), array_agg(first), array_agg(last + interval '1 hour')
    INTO ids, numbers, starts, stops FROM (
        SELECT n.datastream_id AS id, n.revision_id AS number, date_bin('1 hour', min(n.phenomenon_time), o.origin) AS first,
               date_bin('1 hour', max(n.phenomenon_time), o.origin) AS last
        FROM fresh n JOIN datastream d ON d.id = n.datastream_id CROSS JOIN LATERAL (
            SELECT timestamptz '2000-01-01T00:00Z' - standard_offset AS origin FROM facility WHERE id = d.facility_id
        ) o GROUP BY n.datastream_id, n.revision_id, o.origin
    ) touched;
    DELETE FROM superseded_hour h USING unnest(ids, numbers, starts, stops) AS span (id, number, start, stop)
    WHERE h.datastream_id = span.id AND h.revision_id = span.number AND h.start >= span.start AND h.start < span.stop;
    INSERT INTO superseded_hour SELECT * FROM recount_superseded(ids, numbers, starts, stops);
    RETURN NULL;
END $$;
CREATE TRIGGER count_superseded AFTER INSERT ON superseded REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION count_superseded();

-- Everything that was replaced of a facility, or (NULL) of all.
CREATE FUNCTION superseded_anew(facility text) RETURNS SETOF superseded_hour LANGUAGE sql STABLE AS $$
    SELECT counted.* FROM (
        SELECT array_agg(id) AS ids, array_agg(number) AS numbers,
               array_agg(date_bin('1 hour', first, origin)) AS starts, array_agg(last + interval '1 hour') AS stops
        FROM (
            SELECT s.datastream_id AS id, s.revision_id AS number, min(s.phenomenon_time) AS first,
                   max(s.phenomenon_time) AS last, timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
            FROM superseded s JOIN datastream d ON d.id = s.datastream_id JOIN facility f ON f.id = d.facility_id
            WHERE facility IS NULL OR f.id = facility GROUP BY s.datastream_id, s.revision_id, f.standard_offset
        ) kept
    ) all_of CROSS JOIN LATERAL recount_superseded(ids, numbers, starts, stops) counted
$$;
INSERT INTO superseded_hour SELECT * FROM superseded_anew(NULL);

-- A facility that moves to another zone gets these hours anew, too.
CREATE FUNCTION take_superseded_offset() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM superseded_hour WHERE datastream_id IN (SELECT id FROM datastream WHERE facility_id = NEW.id);
    INSERT INTO superseded_hour SELECT * FROM superseded_anew(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER take_superseded_offset AFTER UPDATE ON facility FOR EACH ROW
    WHEN (OLD.standard_offset <> NEW.standard_offset) EXECUTE FUNCTION take_superseded_offset();

-- As before, but hours are asked and not rows: where nothing was replaced since, all of them were looked at for nothing.
-- An hour that is only touched by the span counts; the answer is the same either way.
CREATE OR REPLACE FUNCTION is_revised_since(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM revision r JOIN datastream d ON d.facility_id = r.facility_id AND d.id = number
        WHERE coalesce(r.closed_at, 'infinity') > as_of
    ) AND EXISTS (
        SELECT FROM superseded_hour h WHERE h.datastream_id = number
            AND h.start > is_revised_since.start - interval '1 hour' AND h.start < stop AND h.last_replaced > as_of
    )
$$;

GRANT SELECT ON superseded_hour TO tailwatch_ingest, tailwatch_api;
