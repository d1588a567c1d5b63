-- Registers: what authorities and operators say of facilities, thousands of them, most without any sensor. The same
-- facility may stand in several; no register writes over another one's row. docs/operating/registers.md.

CREATE TABLE register (
    id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    title      text NOT NULL,                 -- this and what follows as its newest file has it
    publisher  text NOT NULL,
    address    text NOT NULL,
    licence    text NOT NULL,
    day        date NOT NULL,
    is_public  boolean NOT NULL
);

-- One file of a register. The same bytes by another map are another import.
CREATE TABLE register_import (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register_id  text NOT NULL REFERENCES register,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content      bytea NOT NULL,
    map          text NOT NULL CHECK (length(map) <= 20000),
    title        text NOT NULL,
    day          date NOT NULL,
    licence      text NOT NULL,
    is_whole     boolean NOT NULL,            -- what is not in it is gone
    author       text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    imported_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    rows_in      integer NOT NULL,
    added        integer NOT NULL,
    changed      integer NOT NULL,
    unchanged    integer NOT NULL,
    refused      integer NOT NULL,
    faults       jsonb NOT NULL,              -- row, column, what to do: of the rows that were refused
    notes        jsonb NOT NULL,
    gone         text[] NOT NULL,             -- ids that an earlier file had
    CHECK (rows_in = added + changed + unchanged + refused)
);
CREATE INDEX register_import_newest ON register_import (register_id, id DESC);

-- A facility in a register: its newest revision, and what is searched for.
CREATE TABLE register_entry (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register_id      text NOT NULL REFERENCES register,
    registered_id    text NOT NULL,           -- as the register numbers it
    revision         integer NOT NULL CHECK (revision >= 1),
    seen_import_id   bigint NOT NULL REFERENCES register_import,  -- the newest that has it
    is_gone          boolean NOT NULL DEFAULT false,              -- a later whole file has it no more
    sort_name        text COLLATE "C" NOT NULL,
    search           text COLLATE "C" NOT NULL,                   -- folded: names, owner, places, commodities
    country          text,
    status           text,
    consequence      text,
    longitude        double precision,        -- WGS 84; NULL: it has no coordinates
    latitude         double precision,
    UNIQUE (register_id, registered_id)
);
CREATE INDEX register_entry_place ON register_entry (latitude, longitude);
CREATE INDEX register_entry_sorted ON register_entry (sort_name, id);

-- What a register said of it, and since which import; never changed.
CREATE TABLE register_revision (
    entry_id   bigint NOT NULL REFERENCES register_entry,
    revision   integer NOT NULL CHECK (revision >= 1),
    import_id  bigint NOT NULL REFERENCES register_import,
    file_row   integer NOT NULL,
    digest     text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    document   jsonb NOT NULL,                -- column and value (tailings.register.COLUMNS)
    PRIMARY KEY (entry_id, revision)
);

-- What a person said of two rows, or of a row and a facility of this site: the newest of a pair counts. It changes neither.
CREATE TABLE register_match (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id        bigint NOT NULL REFERENCES register_entry,
    other_entry_id  bigint REFERENCES register_entry CHECK (other_entry_id > entry_id),
    facility_id     text REFERENCES facility,
    is_same         boolean NOT NULL,
    author          text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    decided_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (num_nonnulls(other_entry_id, facility_id) = 1)
);
CREATE INDEX register_match_of ON register_match (entry_id);
CREATE INDEX register_match_with ON register_match (other_entry_id);

CREATE FUNCTION refuse_register_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a register said is added to, never changed: import its next file'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON register_import
    FOR EACH ROW EXECUTE FUNCTION refuse_register_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON register_revision
    FOR EACH ROW EXECUTE FUNCTION refuse_register_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON register_match
    FOR EACH ROW EXECUTE FUNCTION refuse_register_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON register_entry FOR EACH ROW EXECUTE FUNCTION refuse_register_change();

CREATE FUNCTION audit_register() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'register.import', 'register-import:' || NEW.id, jsonb_build_object(
        'register', NEW.register_id, 'sha256', NEW.sha256, 'added', NEW.added, 'changed', NEW.changed));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON register_import FOR EACH ROW EXECUTE FUNCTION audit_register();

CREATE FUNCTION audit_register_match() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'register.match', 'register-entry:' || NEW.entry_id, jsonb_build_object(
        'other', NEW.other_entry_id, 'facility', NEW.facility_id, 'same', NEW.is_same));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON register_match FOR EACH ROW EXECUTE FUNCTION audit_register_match();

GRANT SELECT ON register, register_import, register_entry, register_revision, register_match
    TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON register, register_import, register_entry, register_revision, register_match TO tailwatch_ingest;
GRANT UPDATE (title, publisher, address, licence, day, is_public) ON register TO tailwatch_ingest;
GRANT UPDATE (revision, seen_import_id, is_gone, sort_name, search, country, status, consequence, longitude,
    latitude) ON register_entry TO tailwatch_ingest;
