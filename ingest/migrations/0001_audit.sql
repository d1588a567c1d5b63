-- The audit log: what a person or a command changed, each row chained to the row before by its digest. It holds numbers
-- of users, never names, so that a name can be erased and the chain stays whole. Only `audit_append` writes it.

CREATE TABLE audit (
    number    bigint PRIMARY KEY,             -- 1, 2, 3 ... without a gap
    at        timestamptz NOT NULL,
    actor     text NOT NULL CHECK (actor !~ '[[:cntrl:]]'),  -- user:3, key:5, system:1000 (system user), program
    action    text NOT NULL CHECK (action !~ '[[:cntrl:]]'),  -- facility.apply, key.revoke ...
    subject   text NOT NULL CHECK (subject !~ '[[:cntrl:]]'),  -- vale, key:5 ...
    detail    text NOT NULL CHECK (detail !~ '[[:cntrl:]]'),  -- JSON, without secrets and names
    previous  bytea NOT NULL,                 -- digest of the row before; 32 zero bytes at the beginning
    digest    bytea NOT NULL UNIQUE           -- SHA-256 of previous and all columns, see audit_digest
);

-- One row: where the chain ends. Its lock puts the writers in a queue.
CREATE TABLE audit_head (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    number   bigint NOT NULL,
    digest   bytea NOT NULL
);
INSERT INTO audit_head (number, digest) VALUES (0, decode(repeat('00', 32), 'hex'));

-- The digest: the digest before, then number, microseconds since 1970, actor, action, subject and detail as UTF-8
-- lines. Columns hold no control characters, so no two rows give the same lines.
CREATE FUNCTION audit_digest(previous bytea, number bigint, at timestamptz, actor text, action text, subject text,
                             detail text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(
        concat_ws(E'\n', number::text, (extract(epoch FROM at) * 1000000)::bigint::text, actor, action, subject, detail),
        'UTF8'))
$$;

CREATE FUNCTION audit_append(actor text, action text, subject text, detail jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_head;
    now_at timestamptz;
    fresh bytea;
    safe_detail text := regexp_replace(detail::text, '[[:cntrl:]]', ' ', 'g');
BEGIN
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    now_at := clock_timestamp();
    fresh := audit_digest(head.digest, head.number + 1, now_at, actor, action, subject, safe_detail);
    INSERT INTO audit VALUES (head.number + 1, now_at, actor, action, subject, safe_detail, head.digest, fresh);
    UPDATE audit_head SET number = head.number + 1, digest = fresh;
    RETURN head.number + 1;
END $$;
REVOKE ALL ON FUNCTION audit_append FROM PUBLIC;

-- Who acts in this session: the command line, and ingest when it executes a command, set `tailwatch.actor`.
CREATE FUNCTION audit_actor() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('tailwatch.actor', true), ''), 'program:' || session_user)
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

GRANT SELECT ON audit, audit_head TO tailwatch_ingest, tailwatch_api;

-- The programs compare the version of the schema with their own; ingest/migrate.py makes this table.
GRANT SELECT ON schema_migration TO tailwatch_ingest, tailwatch_api;
