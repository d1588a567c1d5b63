-- Packages: readings of a span with all that they were made by, as one ZIP that is never changed (docs/datasets.md).

CREATE TABLE package (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id     text NOT NULL REFERENCES facility,
    from_time       timestamptz NOT NULL,     -- what it is of, [from, to)
    to_time         timestamptz NOT NULL CHECK (to_time > from_time),
    known_at        timestamptz NOT NULL,     -- as it was known then
    language        text NOT NULL,            -- of the words that it says of itself
    author          text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    begun_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    version         text UNIQUE CHECK (version ~ '^[0-9a-f]{16}$'),  -- NULL: it is being made
    content_sha256  text CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    sha256          text CHECK (sha256 ~ '^[0-9a-f]{64}$'),          -- of the ZIP
    bytes           bigint,
    rows            bigint,
    description     jsonb,                    -- tailings.dataset.DatasetDescription
    whole_at        timestamptz,
    CHECK (num_nulls(version, content_sha256, sha256, bytes, rows, description, whole_at) IN (0, 7))
);
CREATE UNIQUE INDEX package_open ON package (facility_id, from_time, to_time, language) WHERE version IS NULL;
CREATE INDEX package_newest ON package (facility_id, id DESC) WHERE version IS NOT NULL;

-- Of one that is being made: who was interrupted goes on behind the last of them.
CREATE TABLE package_piece (
    package_id  bigint NOT NULL REFERENCES package ON DELETE CASCADE,
    number      integer NOT NULL,
    path        text NOT NULL,                -- of its file in the package
    stop        timestamptz NOT NULL,         -- up to when
    content     bytea NOT NULL,               -- lines, compressed (zlib)
    PRIMARY KEY (package_id, number)
);
CREATE TABLE package_part (
    package_id  bigint NOT NULL REFERENCES package,
    number      integer NOT NULL,
    content     bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 1048576),  -- of the ZIP, all but the last of 1 MiB
    PRIMARY KEY (package_id, number)
);
ALTER TABLE package_piece ALTER content SET STORAGE EXTERNAL;  -- compressed already
ALTER TABLE package_part ALTER content SET STORAGE EXTERNAL;

CREATE FUNCTION refuse_package_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a package is never changed: make a further one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON package FOR EACH ROW WHEN (OLD.version IS NOT NULL)
    EXECUTE FUNCTION refuse_package_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON package_part
    FOR EACH ROW EXECUTE FUNCTION refuse_package_change();

CREATE FUNCTION audit_package() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'package.made', 'package:' || NEW.id, jsonb_build_object(
        'facility', NEW.facility_id, 'version', NEW.version, 'content', NEW.content_sha256));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_update AFTER UPDATE ON package FOR EACH ROW WHEN (NEW.version IS NOT NULL)
    EXECUTE FUNCTION audit_package();

GRANT SELECT, INSERT, UPDATE, DELETE ON package TO tailwatch_ingest;
GRANT SELECT, INSERT, DELETE ON package_piece TO tailwatch_ingest;
GRANT SELECT, INSERT ON package_part TO tailwatch_ingest;
GRANT SELECT ON package, package_part TO tailwatch_api;
