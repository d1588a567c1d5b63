-- Truth in time: what was measured stays; a derived value, or the flag of any, is replaced only through a revision, and
-- what it replaces is kept, so that every read can be asked "as of".

CREATE TABLE revision (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    kind         text NOT NULL CHECK (kind IN ('rederive', 'catch-up', 'quality', 'place', 'undo')),
    author       text NOT NULL CHECK (author ~ '^((user|key|command):[0-9]+|program:[a-z_]+)$'),
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
CREATE INDEX superseded_revision ON superseded (revision_id);

-- Says in words what a reader should know of a span; it changes no value, and is withdrawn, never deleted.
CREATE TABLE annotation (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id    text NOT NULL REFERENCES facility,
    datastream_id  integer REFERENCES datastream,            -- NULL: the whole facility
    from_time      timestamptz NOT NULL,
    to_time        timestamptz NOT NULL CHECK (to_time > from_time),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    author         text NOT NULL CHECK (author ~ '^((user|key|command):[0-9]+|program:[a-z_]+)$'),
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    revision_id    bigint REFERENCES revision,               -- the edit of flags that it explains
    withdrawn_at   timestamptz,
    withdrawn_by   text
);
CREATE INDEX annotation_span ON annotation (facility_id, from_time);

-- An observation may change only inside an open revision (the setting tailwatch.revision), of a raw one nothing but its
-- flag, and what was there before goes to `superseded`. Nothing is ever deleted.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := nullif(current_setting('tailwatch.revision', true), '')::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND number IS NOT NULL THEN
        IF (NEW.datastream_id, NEW.phenomenon_time) = (OLD.datastream_id, OLD.phenomenon_time)
           AND (NEW.quality = 9) = (NEW.result IS NULL)
           AND ((NEW.result IS NOT DISTINCT FROM OLD.result AND NEW.cfg IS NOT DISTINCT FROM OLD.cfg)
                OR (SELECT formula IS NOT NULL FROM datastream WHERE id = OLD.datastream_id))
           AND EXISTS (SELECT FROM revision WHERE id = number AND state = 'open') THEN
            INSERT INTO superseded (datastream_id, phenomenon_time, revision_id, result, quality, tests, cfg)
            VALUES (OLD.datastream_id, OLD.phenomenon_time, number, OLD.result, OLD.quality, OLD.tests, OLD.cfg);
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'raw observations are never changed, derived ones only by a revision, and none is ever deleted'
        USING ERRCODE = 'restrict_violation';
END $$;

-- Says of observations that this transaction stored that they were not there before revision `number`.
CREATE FUNCTION note_added(number bigint, ids integer[], times timestamptz[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO superseded (datastream_id, phenomenon_time, revision_id)
    SELECT id, time, number FROM unnest(ids, times) AS told (id, time)
    WHERE EXISTS (SELECT FROM revision WHERE revision.id = number AND state = 'open')
$$;
REVOKE ALL ON FUNCTION note_added FROM PUBLIC;

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

-- What arrived derived under an older version than the stored one; ingest derives it anew.
CREATE TABLE outdated_span (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL,
    first_ms     bigint NOT NULL,
    last_ms      bigint NOT NULL
);

CREATE FUNCTION audit_revision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, CASE TG_OP WHEN 'INSERT' THEN 'revision.' || NEW.kind ELSE 'revision.closed' END,
        'revision:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'version', NEW.cfg,
            'functions', NEW.functions, 'from', NEW.from_time, 'to', NEW.to_time, 'undoes', NEW.undoes,
            'changed', NEW.changed, 'added', NEW.added, 'reason', encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON revision FOR EACH ROW EXECUTE FUNCTION audit_revision();
CREATE TRIGGER audit_update AFTER UPDATE ON revision FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION audit_revision();

CREATE FUNCTION audit_annotation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(coalesce(NEW.withdrawn_by, NEW.author),
        CASE WHEN NEW.withdrawn_at IS NULL THEN 'annotation.made' ELSE 'annotation.withdrawn' END,
        'annotation:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'datastream', NEW.datastream_id,
            'from', NEW.from_time, 'to', NEW.to_time));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON annotation FOR EACH ROW EXECUTE FUNCTION audit_annotation();

GRANT SELECT ON revision, superseded, annotation, outdated_span TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON revision, annotation TO tailwatch_ingest;
GRANT UPDATE (done_until, state, changed, added, closed_at) ON revision TO tailwatch_ingest;
GRANT UPDATE (withdrawn_at, withdrawn_by) ON annotation TO tailwatch_ingest;
GRANT UPDATE (result, quality, tests, cfg) ON observation TO tailwatch_ingest;
GRANT INSERT, DELETE ON outdated_span TO tailwatch_ingest;
GRANT EXECUTE ON FUNCTION note_added TO tailwatch_ingest;
