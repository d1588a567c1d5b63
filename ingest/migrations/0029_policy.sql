-- Evidence for policy instruments and what regions learn from one another: records that people keep, and indicators as
-- they were frozen. All is added to, never changed. docs/operating/policy.md.

-- A policy instrument, good practice, learning event or organisation: each version as it was written.
CREATE TABLE policy_record (
    kind          text NOT NULL CHECK (kind IN ('policy-instrument', 'practice', 'learning-event', 'organisation')),
    id            text NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    version       integer NOT NULL CHECK (version > 0),
    document      jsonb NOT NULL CHECK (pg_column_size(document) <= 200000),
    is_public     boolean NOT NULL,
    is_withdrawn  boolean NOT NULL,           -- it stands in no list any more
    author        text NOT NULL CHECK (author ~ '^(user|key):[0-9]+$'),
    written_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, id, version)
);

-- The indicators of a policy instrument at an instant, with the rows that they stand on.
CREATE TABLE policy_freeze (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instrument_id       text NOT NULL,
    instrument_version  integer NOT NULL,
    kind                text NOT NULL GENERATED ALWAYS AS ('policy-instrument') STORED,
    moment              text NOT NULL CHECK (moment IN ('before', 'after')),
    as_of               timestamptz NOT NULL,
    scope               text NOT NULL CHECK (scope IN ('public', 'all')),  -- of what everybody may read, or of all
    document            bytea NOT NULL CHECK (length(document) <= 20000000),  -- JSON: tailings.policy.Evaluation, a list
    sha256              bytea NOT NULL GENERATED ALWAYS AS (sha256(document)) STORED,
    author              text NOT NULL CHECK (author ~ '^(user|key):[0-9]+$'),
    frozen_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (kind, instrument_id, instrument_version) REFERENCES policy_record (kind, id, version)
);
CREATE INDEX policy_freeze_of ON policy_freeze (instrument_id, id DESC);

-- Ids that were gone and stand in this file again as they were: with `gone` and the revisions, which rows a register had
-- at any instant is known for ever.
ALTER TABLE register_import ADD COLUMN back text[] NOT NULL DEFAULT '{}';

CREATE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a record of a policy is never changed: write a further version, freeze again'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON policy_record
    FOR EACH ROW EXECUTE FUNCTION refuse_policy_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON policy_record
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_policy_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON policy_freeze
    FOR EACH ROW EXECUTE FUNCTION refuse_policy_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON policy_freeze
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_policy_change();

CREATE FUNCTION audit_policy_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'policy.written', NEW.kind || ':' || NEW.id || ':' || NEW.version,
        jsonb_build_object('public', NEW.is_public, 'withdrawn', NEW.is_withdrawn,
        'sha256', encode(sha256(convert_to(NEW.document::text, 'UTF8')), 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON policy_record FOR EACH ROW EXECUTE FUNCTION audit_policy_record();

CREATE FUNCTION audit_policy_freeze() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'policy.frozen', 'policy-freeze:' || NEW.id, jsonb_build_object(
        'instrument', NEW.instrument_id, 'moment', NEW.moment, 'scope', NEW.scope,
        'sha256', encode(NEW.sha256, 'hex')));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON policy_freeze FOR EACH ROW EXECUTE FUNCTION audit_policy_freeze();

CREATE FUNCTION tell_policy_commit() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    commit_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7411002);
    INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES (ARRAY['*'], '{}', 0)
    RETURNING commit_log.id INTO commit_id;
    PERFORM pg_notify('tailwatch_commit', commit_id::text);
END $$;
REVOKE ALL ON FUNCTION tell_policy_commit FROM PUBLIC;

-- Keeps a version of a record in the name of who holds the secret. `looked_at` is the version that was changed, 0 for a
-- new record. The state is 'written', 'known' (the newest says the same), 'changed' (somebody else wrote since) or
-- 'nobody' (session or key just ended).
CREATE FUNCTION write_policy_record(secret text, of_kind text, of_id text, looked_at integer, said jsonb, open boolean,
                                    withdrawn boolean, OUT version integer, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder text := author_of(secret);
    last policy_record;
BEGIN
    IF holder IS NULL THEN
        state := 'nobody';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'policy', of_kind, of_id), 0));
    SELECT * INTO last FROM policy_record p WHERE (p.kind, p.id) = (of_kind, of_id) ORDER BY p.version DESC LIMIT 1;
    version := coalesce(last.version, 0);
    IF (last.document, last.is_public, last.is_withdrawn) = (said, open, withdrawn) THEN
        state := 'known';
        RETURN;
    END IF;
    IF version <> looked_at THEN
        state := 'changed';
        RETURN;
    END IF;
    version := version + 1;
    INSERT INTO policy_record (kind, id, version, document, is_public, is_withdrawn, author)
    VALUES (of_kind, of_id, version, said, open, withdrawn, holder);
    PERFORM tell_policy_commit();
    state := 'written';
END $$;
REVOKE ALL ON FUNCTION write_policy_record FROM PUBLIC;

-- Keeps the indicators of a policy instrument in the name of who holds the secret. The state is 'frozen' or 'nobody'.
CREATE FUNCTION freeze_policy(secret text, instrument text, instrument_version integer, at_moment text,
                              at timestamptz, of_scope text, said bytea, OUT id bigint, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder text := author_of(secret);
BEGIN
    IF holder IS NULL THEN
        state := 'nobody';
        RETURN;
    END IF;
    INSERT INTO policy_freeze (instrument_id, instrument_version, moment, as_of, scope, document, author)
    VALUES (instrument, instrument_version, at_moment, at, of_scope, said, holder) RETURNING policy_freeze.id INTO id;
    PERFORM tell_policy_commit();
    state := 'frozen';
END $$;
REVOKE ALL ON FUNCTION freeze_policy FROM PUBLIC;

GRANT SELECT ON policy_record, policy_freeze TO tailwatch_api;
GRANT EXECUTE ON FUNCTION write_policy_record, freeze_policy TO tailwatch_api;
