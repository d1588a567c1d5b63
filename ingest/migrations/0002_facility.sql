-- What is watched: facilities, their nodes and instruments, and the datastreams that observations belong to.
-- Nothing here is deleted: what leaves a facility file gets a retired_at.

CREATE TABLE facility (
    id               text PRIMARY KEY,
    name             text NOT NULL,
    document         jsonb NOT NULL,          -- the parsed facility file
    file             text NOT NULL,           -- the facility file, word for word
    version          integer NOT NULL,        -- travels with derived values as cfg
    hash             text NOT NULL,
    standard_offset  interval NOT NULL DEFAULT '0',  -- from UTC, without daylight saving
    applied_at       timestamptz NOT NULL DEFAULT now()
);

-- Every facility file that was stored, in order: what each version says, who applied it and when.
CREATE TABLE facility_version (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    version      integer NOT NULL,
    hash         text NOT NULL,
    file         text NOT NULL,
    document     jsonb NOT NULL,
    author       text NOT NULL,               -- user:3, key:5, system:1000 or program:tailwatch_ingest
    applied_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX facility_version_newest ON facility_version (facility_id, id DESC);

CREATE TABLE node (
    facility_id          text NOT NULL REFERENCES facility,
    id                   text NOT NULL,
    agent_id             text NOT NULL,
    name                 text,
    expected_interval_s  double precision,
    retired_at           timestamptz,
    PRIMARY KEY (facility_id, id)
);

CREATE TABLE instrument (
    facility_id  text NOT NULL,
    node_id      text NOT NULL,
    id           text NOT NULL,               -- without node: vw1
    driver       text NOT NULL,
    maker        text,
    model        text,
    serial       text,
    retired_at   timestamptz,
    PRIMARY KEY (facility_id, node_id, id),
    FOREIGN KEY (facility_id, node_id) REFERENCES node
);

CREATE TABLE datastream (
    id                   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL UNIQUE,  -- vale:n07:vw1.frequency
    facility_id          text NOT NULL,
    node_id              text NOT NULL,
    instrument_id        text NOT NULL,
    quantity             text NOT NULL,
    unit                 text NOT NULL,       -- UCUM
    formula              text,                -- NULL: raw, as measured
    origin               text NOT NULL DEFAULT 'measured' CHECK (origin IN ('measured', 'imported', 'manual')),
    expected_interval_s  double precision,
    known_since          timestamptz NOT NULL DEFAULT clock_timestamp(),  -- a new one has time to be read
    retired_at           timestamptz,
    FOREIGN KEY (facility_id, node_id, instrument_id) REFERENCES instrument
);
CREATE INDEX datastream_facility ON datastream (facility_id);

-- A facility file that is applied is a change by a person, whichever program stores it.
CREATE FUNCTION audit_facility() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(audit_actor(), 'facility.apply', NEW.id,
                         jsonb_build_object('version', NEW.version, 'hash', NEW.hash));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON facility FOR EACH ROW EXECUTE FUNCTION audit_facility();
CREATE TRIGGER audit_update AFTER UPDATE ON facility FOR EACH ROW
    WHEN (OLD.hash IS DISTINCT FROM NEW.hash) EXECUTE FUNCTION audit_facility();

CREATE FUNCTION keep_facility_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO facility_version (facility_id, version, hash, file, document, author)
    VALUES (NEW.id, NEW.version, NEW.hash, NEW.file, NEW.document, audit_actor());
    PERFORM pg_notify('tailwatch_facility', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_insert AFTER INSERT ON facility FOR EACH ROW EXECUTE FUNCTION keep_facility_version();
CREATE TRIGGER keep_update AFTER UPDATE ON facility FOR EACH ROW
    WHEN (OLD.hash IS DISTINCT FROM NEW.hash) EXECUTE FUNCTION keep_facility_version();

-- The smaller of the offsets of January and July; of one fixed year, so that the days of the past do not move.
CREATE FUNCTION standard_offset(zone text) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT least('2025-01-15T12:00Z'::timestamptz AT TIME ZONE zone - timestamp '2025-01-15 12:00',
                 '2025-07-15T12:00Z'::timestamptz AT TIME ZONE zone - timestamp '2025-07-15 12:00')
$$;

-- A facility that moves to another zone gets its hours and days (0007_rollup.sql) anew.
CREATE FUNCTION take_standard_offset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.standard_offset := standard_offset(NEW.document->>'timezone');
    IF TG_OP = 'UPDATE' AND NEW.standard_offset <> OLD.standard_offset THEN
        DELETE FROM rollup_hour WHERE datastream_id IN (SELECT id FROM datastream WHERE facility_id = NEW.id);
        DELETE FROM rollup_day WHERE datastream_id IN (SELECT id FROM datastream WHERE facility_id = NEW.id);
        INSERT INTO dirty_span
        SELECT array_agg(l.datastream_id), array_agg((extract(epoch FROM l.first_time) * 1000)::bigint),
               array_agg((extract(epoch FROM l.phenomenon_time) * 1000)::bigint)
        FROM latest l JOIN datastream d ON d.id = l.datastream_id WHERE d.facility_id = NEW.id HAVING count(*) > 0;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER take_standard_offset BEFORE INSERT OR UPDATE ON facility
    FOR EACH ROW EXECUTE FUNCTION take_standard_offset();

GRANT SELECT ON facility, facility_version, node, instrument, datastream TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON facility, node, instrument, datastream TO tailwatch_ingest;
