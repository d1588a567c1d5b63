-- Water samples as a laboratory sent them: added to, never changed. A sample that comes again with other results is a
-- further revision; the newest counts.

CREATE TABLE water_file (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256       text NOT NULL,
    content      bytea NOT NULL,
    author       text NOT NULL CHECK (author ~ '^((user|key|command):[0-9]+|program:[a-z_]+)$'),
    imported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    faults       jsonb NOT NULL,              -- row, column, message: of the rows that were not taken
    UNIQUE (facility_id, sha256)
);

CREATE TABLE water_sample (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL,
    revision     integer NOT NULL CHECK (revision >= 1),
    file_id      bigint NOT NULL REFERENCES water_file,
    point        text NOT NULL,
    medium       text NOT NULL,
    taken_at     timestamptz NOT NULL,
    laboratory   text NOT NULL,
    analyses     jsonb NOT NULL,              -- symbol, fraction, value, sign, unit, method
    UNIQUE (facility_id, name, revision)
);
CREATE INDEX water_sample_time ON water_sample (facility_id, taken_at);

CREATE FUNCTION refuse_water_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'water samples are added to, never changed: import the corrected table'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON water_file FOR EACH ROW EXECUTE FUNCTION refuse_water_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON water_sample FOR EACH ROW EXECUTE FUNCTION refuse_water_change();

CREATE FUNCTION audit_water() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'water.import', NEW.facility_id,
                         jsonb_build_object('file', NEW.id, 'sha256', NEW.sha256));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON water_file FOR EACH ROW EXECUTE FUNCTION audit_water();

GRANT SELECT ON water_file, water_sample TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON water_file, water_sample TO tailwatch_ingest;
