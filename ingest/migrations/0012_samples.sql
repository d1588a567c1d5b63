-- Samples as laboratories sent them: water with its analyses, tailings with their assays, and the studies made from
-- them. All are added to, never changed.

CREATE TABLE water_file (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256       text NOT NULL,
    content      bytea NOT NULL,
    author       text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    imported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    faults       jsonb NOT NULL,              -- row, column, message: of the rows that were not taken
    UNIQUE (facility_id, sha256)
);

-- A sample that comes again with other results is a further revision; the newest counts.
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
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON water_sample
    FOR EACH ROW EXECUTE FUNCTION refuse_water_change();

CREATE FUNCTION audit_water() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'water.import', NEW.facility_id,
                         jsonb_build_object('file', NEW.id, 'sha256', NEW.sha256));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON water_file FOR EACH ROW EXECUTE FUNCTION audit_water();

CREATE TABLE assay_file (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256       text NOT NULL,
    content      bytea NOT NULL,
    author       text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    imported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    synthetic    text NOT NULL DEFAULT '',    -- why its assays are none; '' when a laboratory measured them
    faults       jsonb NOT NULL,              -- row, column, what to do: of the rows that were not taken
    UNIQUE (facility_id, sha256)
);

-- A sample that comes again with other contents is a further revision; the newest counts. What its file does not tell
-- is NULL; a study then takes the density that its author answers for.
CREATE TABLE assay_sample (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL,
    revision     integer NOT NULL CHECK (revision >= 1),
    file_id      bigint NOT NULL REFERENCES assay_file,
    file_row     integer NOT NULL,
    digest       text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('primary', 'duplicate', 'blank', 'standard')),
    of_sample    text NOT NULL DEFAULT '',
    sampled      date,
    hole         text NOT NULL DEFAULT '',
    chainage_m   double precision,
    offset_m     double precision,
    collar_m     double precision,
    top_m        double precision,
    bottom_m     double precision CHECK (bottom_m > top_m),
    oxidised_m   double precision CHECK (oxidised_m >= 0),  -- of its hole below the collar, by its log
    bulk_t_m3    double precision CHECK (bulk_t_m3 > 0),
    water_share  double precision CHECK (water_share >= 0),
    material     text NOT NULL DEFAULT '',
    assays       jsonb NOT NULL,              -- element, method, substance, unit, printed, sign, mg_per_kg
    UNIQUE (facility_id, name, revision)
);

CREATE TABLE study (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id     text NOT NULL REFERENCES facility,
    version         integer NOT NULL CHECK (version >= 1),
    author          text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    made_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    inputs          text NOT NULL,            -- the study file as it was given
    inputs_sha256   text NOT NULL,
    samples_sha256  text NOT NULL,
    files           bigint[] NOT NULL,        -- assay files that its samples came from
    result          jsonb NOT NULL,
    UNIQUE (facility_id, version)
);

CREATE FUNCTION refuse_study_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'assays and studies are added to, never changed: import or run again'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON assay_file FOR EACH ROW EXECUTE FUNCTION refuse_study_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON assay_sample
    FOR EACH ROW EXECUTE FUNCTION refuse_study_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON study FOR EACH ROW EXECUTE FUNCTION refuse_study_change();

GRANT SELECT ON water_file, water_sample, assay_file, assay_sample, study TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON water_file, water_sample, assay_file, assay_sample, study TO tailwatch_ingest;
