-- A file of observations that a person brought: an object of its own, which can be listed, compared and taken back.
-- What it let in goes through gateway and ingest like everything else; what it replaced stands in its revision.

CREATE TABLE import (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    author       text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at    timestamptz,                 -- NULL: not at its end; the same command goes on with it
    file_name    text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 255),
    file_sha256  text NOT NULL CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    map          jsonb NOT NULL,              -- how its columns became datastreams
    is_replacing boolean NOT NULL,            -- differing values were replaced, not kept
    source       uuid NOT NULL DEFAULT gen_random_uuid(),  -- under which the gateway keeps how far it is
    revision_id  bigint NOT NULL REFERENCES revision,
    derived_id   bigint REFERENCES revision   -- what was derived anew from values that it replaced
);
CREATE INDEX import_newest ON import (facility_id, id DESC);

-- A chunk of its file, by where the chunk ends (byte, or row of a workbook): what became of the cells of each column.
CREATE TABLE import_part (
    import_id   bigint NOT NULL REFERENCES import,
    end_offset  bigint NOT NULL,
    counts      jsonb NOT NULL,
    PRIMARY KEY (import_id, end_offset)
);

-- The instants of a datastream that a chunk let in: differences of Unix ms, compressed (ingest/revisions/instants.py).
CREATE TABLE import_instants (
    import_id      bigint NOT NULL,
    end_offset     bigint NOT NULL,
    datastream_id  integer NOT NULL REFERENCES datastream,
    instants       bytea NOT NULL,
    PRIMARY KEY (import_id, end_offset, datastream_id),
    FOREIGN KEY (import_id, end_offset) REFERENCES import_part
);

ALTER TABLE revision DROP CONSTRAINT revision_kind_check;
ALTER TABLE revision ADD CONSTRAINT revision_kind_check
    CHECK (kind IN ('rederive', 'catch-up', 'quality', 'place', 'undo', 'quality-update', 'import'));

-- An import of a person may replace what a file brought wrongly, and its undoing gives that back: no other revision
-- touches a raw result.
CREATE FUNCTION is_of_import(number bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT id, kind, undoes FROM revision WHERE id = number
        UNION ALL SELECT r.id, r.kind, r.undoes FROM revision r JOIN chain ON r.id = chain.undoes
    )
    SELECT EXISTS (SELECT FROM chain WHERE kind = 'import')
$$;

CREATE OR REPLACE FUNCTION keep_replaced() RETURNS trigger
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
           OR (d.formula IS NULL AND (n.result, n.cfg) IS DISTINCT FROM (o.result, o.cfg) AND NOT is_of_import(number))
    ) THEN
        RAISE EXCEPTION 'raw observations are never changed, derived ones only by a revision, and none is ever deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO superseded (datastream_id, phenomenon_time, revision_id, result, quality, tests, cfg)
    SELECT datastream_id, phenomenon_time, number, result, quality, tests, cfg FROM replaced
    ORDER BY datastream_id, phenomenon_time;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_import() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, CASE WHEN NEW.closed_at IS NULL THEN 'import.begun' ELSE 'import.closed' END,
        'import:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'sha256', NEW.file_sha256,
            'revision', NEW.revision_id));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON import FOR EACH ROW EXECUTE FUNCTION audit_import();
CREATE TRIGGER audit_update AFTER UPDATE ON import FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION audit_import();

GRANT SELECT ON import, import_part, import_instants TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON import, import_part, import_instants TO tailwatch_ingest;
GRANT UPDATE (closed_at, derived_id) ON import TO tailwatch_ingest;
