-- Truth in time: what was measured stays; a derived value, or the flag of any, is replaced only through a revision, and
-- what it replaces is kept, so that every read can be asked "as of".

-- A filter that waits for the readings after (spike) flags a stored row anew. The agent sends that as a quality update,
-- and ingest stores it as a revision whose author is the agent: one a day, open until the day is over.
CREATE TABLE revision (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    kind         text NOT NULL CHECK (kind IN ('rederive', 'catch-up', 'quality', 'place', 'undo', 'quality-update')),
    author       text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+|agent:[a-z0-9-]+)$'),
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    cfg          integer NOT NULL,            -- version of the facility file
    functions    text NOT NULL,               -- digest of the formulas and filters
    from_time    timestamptz NOT NULL,        -- what it is about, [from, to)
    to_time      timestamptz NOT NULL CHECK (to_time > from_time),
    done_until   timestamptz NOT NULL,        -- a long one is applied piece by piece, and resumed from here
    undoes       bigint UNIQUE REFERENCES revision,
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    changed      bigint NOT NULL DEFAULT 0,   -- rows that were replaced
    added        bigint NOT NULL DEFAULT 0,   -- rows that were not there before
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at    timestamptz
);
CREATE INDEX revision_newest ON revision (facility_id, id DESC);
CREATE INDEX revision_open ON revision (facility_id, author) WHERE state = 'open';

-- What a revision replaced. A quality of NULL says that there was no observation.
CREATE TABLE superseded (
    datastream_id    integer NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    revision_id      bigint NOT NULL,         -- checked by refuse_change: a foreign key costs as much as all the rest
    result           double precision,
    quality          smallint,
    tests            text,
    cfg              integer,
    replaced_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (datastream_id, phenomenon_time, revision_id)
);
-- Rows of a revision lie beside one another: a BRIN index finds them and costs nothing on the way in.
CREATE INDEX superseded_revision ON superseded USING brin (revision_id);

-- The same, counted by hours as it is kept, so that a chart "as of" reads hours and not every replaced row.
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

-- Tells a reader what to know of a span; it changes no value, and is withdrawn, never deleted.
CREATE TABLE annotation (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id    text NOT NULL REFERENCES facility,
    datastream_id  integer REFERENCES datastream,  -- NULL: the whole facility
    from_time      timestamptz NOT NULL,
    to_time        timestamptz NOT NULL CHECK (to_time > from_time),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    author         text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    revision_id    bigint REFERENCES revision,  -- the edit of flags that it explains
    withdrawn_at   timestamptz,
    withdrawn_by   text
);
CREATE INDEX annotation_span ON annotation (facility_id, from_time);

-- What arrived derived under an older version than the stored one; ingest derives it anew.
CREATE TABLE outdated_span (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL,
    first_ms     bigint NOT NULL,
    last_ms      bigint NOT NULL
);

-- An observation may change only inside an open revision (the setting tailwatch.revision), of a raw one nothing but its
-- flag, and what was there before goes to `superseded`: by one statement for all rows (transition tables, which
-- hypertables have since TimescaleDB 2.18), because one call a row takes five times as long.
CREATE FUNCTION keep_replaced() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := nullif(current_setting('tailwatch.revision', true), '')::bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM replaced) THEN
        RETURN NULL;
    END IF;
    IF number IS NULL OR NOT EXISTS (SELECT FROM revision WHERE id = number AND state = 'open') OR EXISTS (
        SELECT FROM replaced o FULL JOIN fresh n USING (datastream_id, phenomenon_time)
        LEFT JOIN datastream d ON d.id = datastream_id
        WHERE o.quality IS NULL OR n.quality IS NULL OR (n.quality = 9) <> (n.result IS NULL)
           OR (d.formula IS NULL AND (n.result, n.cfg) IS DISTINCT FROM (o.result, o.cfg))
    ) THEN
        RAISE EXCEPTION 'raw observations are never changed, derived ones only by a revision, and none is ever deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO superseded (datastream_id, phenomenon_time, revision_id, result, quality, tests, cfg)
    SELECT datastream_id, phenomenon_time, number, result, quality, tests, cfg FROM replaced
    ORDER BY datastream_id, phenomenon_time;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_replaced AFTER UPDATE ON observation REFERENCING OLD TABLE AS replaced NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced();

-- Notes of observations that this transaction stored that they were not there before revision `number`.
CREATE FUNCTION note_added(number bigint, ids integer[], times timestamptz[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO superseded (datastream_id, phenomenon_time, revision_id)
    SELECT id, time, number FROM unnest(ids, times) AS added (id, time)
    WHERE EXISTS (SELECT FROM revision WHERE revision.id = number AND state = 'open')
$$;
REVOKE ALL ON FUNCTION note_added FROM PUBLIC;

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
    ) replaced_row GROUP BY datastream_id, start, revision_id
$$;

CREATE FUNCTION count_superseded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids integer[]; numbers bigint[]; starts timestamptz[]; stops timestamptz[];
BEGIN
    SELECT array_agg(id), array_agg(number), array_agg(first), array_agg(last + interval '1 hour')
    INTO ids, numbers, starts, stops FROM (
        SELECT n.datastream_id AS id, n.revision_id AS number,
               date_bin('1 hour', min(n.phenomenon_time), o.origin) AS first,
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
CREATE FUNCTION recount_facility_superseded(facility text) RETURNS SETOF superseded_hour LANGUAGE sql STABLE AS $$
    SELECT counted.* FROM (
        SELECT array_agg(id) AS ids, array_agg(number) AS numbers,
               array_agg(date_bin('1 hour', first, origin)) AS starts, array_agg(last + interval '1 hour') AS stops
        FROM (
            SELECT s.datastream_id AS id, s.revision_id AS number, min(s.phenomenon_time) AS first,
                   max(s.phenomenon_time) AS last, timestamptz '2000-01-01T00:00Z' - f.standard_offset AS origin
            FROM superseded s JOIN datastream d ON d.id = s.datastream_id JOIN facility f ON f.id = d.facility_id
            WHERE facility IS NULL OR f.id = facility GROUP BY s.datastream_id, s.revision_id, f.standard_offset
        ) span
    ) all_of CROSS JOIN LATERAL recount_superseded(ids, numbers, starts, stops) counted
$$;

-- A facility that moves to another zone gets these hours anew.
CREATE FUNCTION take_superseded_offset() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM superseded_hour WHERE datastream_id IN (SELECT id FROM datastream WHERE facility_id = NEW.id);
    INSERT INTO superseded_hour SELECT * FROM recount_facility_superseded(NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER take_superseded_offset AFTER UPDATE ON facility FOR EACH ROW
    WHEN (OLD.standard_offset <> NEW.standard_offset) EXECUTE FUNCTION take_superseded_offset();

-- The observations of one datastream in [start, stop) as they were known at `as_of`: values replaced since then come
-- back, and what has a later time than that could not be known. What arrived late is shown at its own time.
CREATE FUNCTION observation_as_of(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS SETOF observation LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT o.datastream_id, o.phenomenon_time, seen.result, seen.quality, seen.tests, seen.cfg
    FROM observation o CROSS JOIN LATERAL (
        SELECT * FROM (
            (SELECT s.result, s.quality, s.tests, s.cfg FROM superseded s
             WHERE s.datastream_id = o.datastream_id AND s.phenomenon_time = o.phenomenon_time AND s.replaced_at > as_of
             ORDER BY s.replaced_at, s.revision_id LIMIT 1)
            UNION ALL SELECT o.result, o.quality, o.tests, o.cfg
        ) known LIMIT 1
    ) AS seen
    WHERE o.datastream_id = number AND o.phenomenon_time >= start AND o.phenomenon_time < stop
      AND o.phenomenon_time <= as_of AND seen.quality IS NOT NULL
$$;

-- The same for readers of all of a long span: observation_as_of looks at `superseded` once a row and can stop early,
-- this one sorts both together and takes the first of each instant.
CREATE FUNCTION observation_range_as_of(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS SETOF observation LANGUAGE sql STABLE ROWS 10000 AS $$
    SELECT number, known.phenomenon_time, known.result, known.quality, known.tests, known.cfg
    FROM (
        SELECT DISTINCT ON (version.phenomenon_time) version.*
        FROM (
            SELECT phenomenon_time, result, quality, tests, cfg, replaced_at, revision_id FROM superseded
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of AND replaced_at > as_of
            UNION ALL
            SELECT phenomenon_time, result, quality, tests, cfg, 'infinity'::timestamptz, 0::bigint FROM observation
            WHERE datastream_id = number AND phenomenon_time >= start AND phenomenon_time < stop
              AND phenomenon_time <= as_of
        ) version
        ORDER BY version.phenomenon_time, version.replaced_at, version.revision_id
    ) known
    WHERE known.quality IS NOT NULL
$$;

-- Whether anything of a datastream in [start, stop) was replaced after `as_of`: the short table of revisions is asked
-- first, then hours. An hour that is only touched by the span counts; the answer is the same either way.
CREATE FUNCTION is_revised_since(number integer, start timestamptz, stop timestamptz, as_of timestamptz)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM revision r JOIN datastream d ON d.facility_id = r.facility_id AND d.id = number
        WHERE coalesce(r.closed_at, 'infinity') > as_of
    ) AND EXISTS (
        SELECT FROM superseded_hour h WHERE h.datastream_id = number
            AND h.start > is_revised_since.start - interval '1 hour' AND h.start < stop AND h.last_replaced > as_of
    )
$$;

CREATE FUNCTION audit_revision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, CASE TG_OP WHEN 'INSERT' THEN 'revision.' || NEW.kind ELSE 'revision.closed' END,
        'revision:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'version', NEW.cfg,
            'functions', NEW.functions, 'from', NEW.from_time, 'to', NEW.to_time, 'undoes', NEW.undoes,
            'changed', NEW.changed, 'added', NEW.added,
            'reason', encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION audit_revision();
CREATE TRIGGER audit_update AFTER UPDATE ON revision FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION audit_revision();

CREATE FUNCTION audit_annotation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(coalesce(NEW.withdrawn_by, NEW.author),
        CASE WHEN NEW.withdrawn_at IS NULL THEN 'annotation.made' ELSE 'annotation.withdrawn' END,
        'annotation:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'datastream', NEW.datastream_id,
            'from', NEW.from_time, 'to', NEW.to_time));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON annotation FOR EACH ROW EXECUTE FUNCTION audit_annotation();

GRANT SELECT ON revision, superseded, superseded_hour, annotation, outdated_span TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON revision, annotation TO tailwatch_ingest;
GRANT UPDATE (from_time, to_time, done_until, state, changed, added, closed_at) ON revision TO tailwatch_ingest;
GRANT UPDATE (withdrawn_at, withdrawn_by) ON annotation TO tailwatch_ingest;
GRANT INSERT, DELETE ON outdated_span TO tailwatch_ingest;
GRANT EXECUTE ON FUNCTION note_added TO tailwatch_ingest;
