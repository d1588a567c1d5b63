-- What was measured. One row is one (datastream, time); a failed read has no result and quality 9.
-- datastream_id has no foreign key: checked row by row it costs more than the rest of a COPY; ingest gives only ids of
-- its registry.

CREATE TABLE observation (
    datastream_id    integer NOT NULL,
    phenomenon_time  timestamptz NOT NULL,
    result           double precision,
    quality          smallint NOT NULL,       -- QARTOD: 1 pass, 2 not evaluated, 3 suspect, 4 fail, 9 missing
    tests            text,                    -- the names of the tests that decided
    cfg              integer,                 -- facility version that derived it; NULL: raw
    PRIMARY KEY (datastream_id, phenomenon_time)
);

-- A hypertable where TimescaleDB is loaded (its setting is there), a plain table elsewhere.
DO $$
BEGIN
    IF current_setting('timescaledb.disable_load', true) IS NOT NULL THEN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
        PERFORM create_hypertable('observation', by_range('phenomenon_time', interval '7 days'),
                                  create_default_indexes => false);
    END IF;
END $$;

-- One hour of all datastreams is read by time alone; a BRIN index costs next to nothing on the way in.
CREATE INDEX observation_time ON observation USING brin (phenomenon_time);

-- No observation is deleted; a revision alone changes one (0004_revision.sql).
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'raw observations are never changed, derived ones only by a revision, and none is ever deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE DELETE ON observation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON observation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest observation and the counters of each datastream, so that nothing is counted at query time.
CREATE TABLE latest (
    datastream_id      integer PRIMARY KEY REFERENCES datastream,
    phenomenon_time    timestamptz NOT NULL,
    result             double precision,
    quality            smallint NOT NULL,
    tests              text,
    received_at        timestamptz NOT NULL,
    observation_count  bigint NOT NULL,
    first_time         timestamptz NOT NULL
) WITH (fillfactor = 50);

GRANT SELECT ON observation, latest TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (result, quality, tests, cfg) ON observation TO tailwatch_ingest;
GRANT INSERT, UPDATE ON latest TO tailwatch_ingest;
