-- Proof of sight: what would be seen of the failure that each plan looks for, each proof chained to the one before by
-- its digest, as the audit log is. Only `sight_append` writes it.

CREATE TABLE sight_proof (
    number       bigint PRIMARY KEY,          -- 1, 2, 3 ... without a gap
    facility_id  text NOT NULL REFERENCES facility,
    version      integer NOT NULL,            -- of the facility file
    plan         text NOT NULL,
    made_at      timestamptz NOT NULL,        -- when the failure was let begin
    document     text NOT NULL CHECK (document !~ '[[:cntrl:]]'),  -- JSON of tailings.sight.model.SightProof
    previous     bytea NOT NULL,              -- digest of the row before; 32 zero bytes at the beginning
    digest       bytea NOT NULL UNIQUE,       -- SHA-256 of previous and all columns, see sight_digest
    state        text GENERATED ALWAYS AS (document::jsonb ->> 'state') STORED
);
CREATE INDEX sight_proof_newest ON sight_proof (facility_id, plan, number DESC);
CREATE INDEX sight_proof_seen ON sight_proof (facility_id, plan, number DESC) WHERE state <> 'blind';

-- When a facility was looked at last: where nothing changed, its newest proofs still hold.
CREATE TABLE sight_round (
    facility_id  text PRIMARY KEY REFERENCES facility,
    at           timestamptz NOT NULL
);

-- The digest: the digest before, then number, facility, version, plan, microseconds since 1970 and the document as
-- UTF-8 lines. Columns hold no control characters, so no two rows give the same lines.
CREATE FUNCTION sight_digest(previous bytea, number bigint, facility text, version integer, plan text, at timestamptz,
                             document text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(
        concat_ws(E'\n', number::text, facility, version::text, plan, (extract(epoch FROM at) * 1000000)::bigint::text,
                  document), 'UTF8'))
$$;

-- The audit log holds where this chain ends, so rows that are cut off its end are found.
CREATE FUNCTION sight_append(facility text, version integer, plan text, at timestamptz, document text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last sight_proof;
    fresh bytea;
    next_number bigint;
    before bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7411017);
    SELECT * INTO last FROM sight_proof ORDER BY number DESC LIMIT 1;
    next_number := coalesce(last.number, 0) + 1;
    before := coalesce(last.digest, decode(repeat('00', 32), 'hex'));
    fresh := sight_digest(before, next_number, facility, version, plan, at, document);
    INSERT INTO sight_proof VALUES (next_number, facility, version, plan, at, document, before, fresh);
    PERFORM audit_append(audit_actor(), 'sight.proved', facility || '/' || plan,
        jsonb_build_object('number', next_number, 'digest', encode(fresh, 'hex')));
    RETURN next_number;
END $$;
REVOKE ALL ON FUNCTION sight_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight_append TO tailwatch_ingest;

CREATE FUNCTION sight_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'proofs of sight are only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON sight_proof FOR EACH ROW EXECUTE FUNCTION sight_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON sight_proof FOR EACH STATEMENT EXECUTE FUNCTION sight_refuse();

-- The newest proof of each plan, and since when the plan has been blind: NULL while it is not.
CREATE VIEW sight_newest AS
SELECT p.facility_id, p.plan, p.number, p.version, p.made_at, p.document::jsonb AS document,
       CASE WHEN p.state = 'blind' THEN (
           SELECT b.made_at FROM sight_proof b
           WHERE b.facility_id = p.facility_id AND b.plan = p.plan AND b.number > coalesce((
               SELECT max(s.number) FROM sight_proof s
               WHERE s.facility_id = p.facility_id AND s.plan = p.plan AND s.state <> 'blind'), 0)
           ORDER BY b.number LIMIT 1) END AS blind_since
FROM (SELECT DISTINCT ON (facility_id, plan) * FROM sight_proof ORDER BY facility_id, plan, number DESC) p;

GRANT SELECT ON sight_proof, sight_round, sight_newest TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON sight_round TO tailwatch_ingest;
