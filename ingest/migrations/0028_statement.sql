-- Annual statements as they were signed: the figures with the words of who signed. Added to, never changed.

CREATE TABLE annual_statement (
    facility_id     text NOT NULL REFERENCES facility,
    year            integer NOT NULL CHECK (year BETWEEN 1900 AND 2200),
    version         integer NOT NULL CHECK (version > 0),
    name            text NOT NULL CHECK (length(name) BETWEEN 3 AND 120),  -- of who signed, as given for the statement
    role            text NOT NULL CHECK (length(role) BETWEEN 3 AND 120),
    document        bytea NOT NULL CHECK (length(document) <= 20000000),   -- JSON, as it was signed
    sha256          bytea NOT NULL GENERATED ALWAYS AS (sha256(document)) STORED,
    figures_sha256  text NOT NULL CHECK (figures_sha256 ~ '^[0-9a-f]{64}$'),
    gaps            integer NOT NULL CHECK (gaps >= 0),
    author          text NOT NULL CHECK (author ~ '^(user|key):[0-9]+$'),
    signed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (facility_id, year, version)
);

CREATE FUNCTION refuse_statement_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a signed statement is never changed: sign a further version' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON annual_statement
    FOR EACH ROW EXECUTE FUNCTION refuse_statement_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON annual_statement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_statement_change();

CREATE FUNCTION audit_statement() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'statement.signed', 'statement:' || NEW.facility_id || ':' || NEW.year || ':'
        || NEW.version, jsonb_build_object('facility', NEW.facility_id, 'sha256', encode(NEW.sha256, 'hex'),
        'figures_sha256', NEW.figures_sha256));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON annual_statement FOR EACH ROW EXECUTE FUNCTION audit_statement();

-- Keeps a statement in the name of who holds the secret, and tells who watches (ingest.store.commit). The state is
-- 'signed', 'known' (the same was signed by the same person last) or 'nobody' (session or key just ended).
CREATE FUNCTION sign_statement(secret text, facility text, of_year integer, called text, holds text, said bytea,
                               figures text, missing integer, OUT version integer, OUT state text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder text := author_of(secret);
    commit_id bigint;
    last annual_statement;
BEGIN
    IF holder IS NULL THEN
        state := 'nobody';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'statement', facility, of_year), 0));
    SELECT * INTO last FROM annual_statement s WHERE (s.facility_id, s.year) = (facility, of_year)
    ORDER BY s.version DESC LIMIT 1;
    IF (last.author, last.document, last.name, last.role) = (holder, said, called, holds) THEN
        version := last.version;
        state := 'known';
        RETURN;
    END IF;
    version := coalesce(last.version, 0) + 1;
    INSERT INTO annual_statement (facility_id, year, version, name, role, document, figures_sha256, gaps, author)
    VALUES (facility, of_year, version, called, holds, said, figures, missing, holder);
    PERFORM pg_advisory_xact_lock(7411002);
    INSERT INTO commit_log (facility_ids, datastream_ids, rows) VALUES (ARRAY[facility], '{}', 0)
    RETURNING commit_log.id INTO commit_id;
    PERFORM pg_notify('tailwatch_commit', commit_id::text);
    state := 'signed';
END $$;
REVOKE ALL ON FUNCTION sign_statement FROM PUBLIC;

GRANT SELECT ON annual_statement TO tailwatch_api;
GRANT EXECUTE ON FUNCTION sign_statement TO tailwatch_api;
