-- Every facility file that was ever stored, in order: what each version said, who applied it and when.

CREATE TABLE facility_version (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    version      integer NOT NULL,
    hash         text NOT NULL,
    file         text NOT NULL,
    document     jsonb NOT NULL,
    author       text NOT NULL,               -- user:3, key:5, command:1000 or program:tailwatch_ingest
    applied_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX facility_version_newest ON facility_version (facility_id, id DESC);
INSERT INTO facility_version (facility_id, version, hash, file, document, author, applied_at)
SELECT id, version, hash, file, document, 'program:migration', applied_at FROM facility;

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

GRANT SELECT ON facility_version TO tailwatch_ingest, tailwatch_api;
