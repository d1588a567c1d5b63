-- Samples that were imported by mistake. Files and samples stay as they are; a withdrawal says which rows count no more,
-- by whom and why, from when on. What stood before them counts again.

CREATE TABLE assay_withdrawal (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id   text NOT NULL REFERENCES facility,
    file_id       bigint NOT NULL REFERENCES assay_file,
    samples       bigint[] NOT NULL CHECK (cardinality(samples) > 0),  -- rows of assay_sample, each in one withdrawal
    author        text NOT NULL CHECK (author ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    reason        text NOT NULL CHECK (length(reason) BETWEEN 3 AND 1000),
    withdrawn_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX assay_withdrawal_facility ON assay_withdrawal (facility_id);

CREATE VIEW assay_withdrawn AS
SELECT w.facility_id, s.id AS sample_id, w.id AS withdrawal_id, w.withdrawn_at
FROM assay_withdrawal w CROSS JOIN unnest(w.samples) AS s(id);

-- The newest revision of each sample of a facility, of files that had come and rows that were not withdrawn at an
-- instant; 'infinity': as they stand.
CREATE FUNCTION assay_samples(of text, at timestamptz) RETURNS SETOF assay_sample LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (s.name) s.* FROM assay_sample s JOIN assay_file f ON f.id = s.file_id
    WHERE s.facility_id = of AND f.imported_at <= at AND NOT EXISTS (
        SELECT FROM assay_withdrawn w WHERE w.facility_id = of AND w.sample_id = s.id AND w.withdrawn_at <= at)
    ORDER BY s.name, s.revision DESC
$$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON assay_withdrawal
    FOR EACH ROW EXECUTE FUNCTION refuse_study_change();

CREATE FUNCTION audit_assay_withdrawal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'assays.withdrawn', NEW.facility_id, jsonb_build_object('withdrawal', NEW.id,
        'file', NEW.file_id, 'samples', cardinality(NEW.samples),
        'reason', encode(sha256(convert_to(NEW.reason, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON assay_withdrawal FOR EACH ROW EXECUTE FUNCTION audit_assay_withdrawal();

-- A file of which samples were withdrawn can come again.
DROP INDEX assay_file_once;
CREATE INDEX assay_file_content ON assay_file (facility_id, sha256);

GRANT SELECT ON assay_withdrawal, assay_withdrawn TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON assay_withdrawal TO tailwatch_ingest;
