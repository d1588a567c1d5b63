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

-- How long each facility was looked at without a gap: a round that changes nothing stores no proof. A row a gap, extended
-- in place while rounds follow each other. Only `sight_note_round` writes it.
CREATE TABLE sight_stretch (
    facility_id  text NOT NULL REFERENCES facility,
    from_at      timestamptz NOT NULL,        -- the first round
    last_at      timestamptz NOT NULL,        -- the last round
    PRIMARY KEY (facility_id, from_at)
);

-- So long after a round the proofs that it left hold: the next is due an hour later (ingest/sight/prover.py), and five
-- minutes are for what is before it.
CREATE FUNCTION sight_due() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT interval '65 minutes' $$;

-- A round was made.
CREATE FUNCTION sight_note_round(of_facility text, at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE sight_stretch s SET last_at = greatest(s.last_at, at)
    WHERE s.facility_id = of_facility AND at <= s.last_at + sight_due()
      AND s.from_at = (SELECT max(n.from_at) FROM sight_stretch n WHERE n.facility_id = of_facility);
    IF NOT FOUND THEN
        INSERT INTO sight_stretch VALUES (of_facility, at, at);
    END IF;
END $$;
REVOKE ALL ON FUNCTION sight_note_round FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight_note_round TO tailwatch_ingest;

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
CREATE TRIGGER refuse_delete BEFORE DELETE ON sight_stretch FOR EACH ROW EXECUTE FUNCTION sight_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON sight_stretch FOR EACH STATEMENT EXECUTE FUNCTION sight_refuse();

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

-- What the record of a year is made from, as JSON of tailings.sight.year.SightHistory: the proofs of the year (in the
-- time zone of the facility) and the last one of each plan before it, the stretches, the versions of the file. NULL:
-- there is no such facility.
CREATE FUNCTION sight_history(of_facility text, of_year integer) RETURNS jsonb
    LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
    WITH bounds AS (
        SELECT f.id, make_timestamptz(of_year, 1, 1, 0, 0, 0, f.document ->> 'timezone') AS from_at,
               make_timestamptz(of_year + 1, 1, 1, 0, 0, 0, f.document ->> 'timezone') AS until
        FROM facility f WHERE f.id = of_facility
    ), chosen AS (
        SELECT p.number FROM sight_proof p, bounds b
        WHERE p.facility_id = b.id AND p.made_at >= b.from_at AND p.made_at < b.until
        UNION
        SELECT max(p.number) FROM sight_proof p, bounds b
        WHERE p.facility_id = b.id AND p.made_at < b.from_at GROUP BY p.plan
    ), proofs AS MATERIALIZED (
        SELECT p.number, p.digest, p.plan, p.version, p.made_at, p.state, p.document::jsonb AS said
        FROM sight_proof p JOIN chosen USING (number)
    )
    SELECT jsonb_build_object(
        'facility', b.id, 'year', of_year, 'from_at', b.from_at, 'until', b.until,
        'proofs', coalesce((SELECT jsonb_agg(jsonb_build_object(
            'number', p.number, 'digest', encode(p.digest, 'hex'), 'plan', p.plan, 'version', p.version,
            'made_at', p.made_at, 'state', p.state, 'seen_s', p.said -> 'seen_s', 'may_fail', p.said -> 'may_fail',
            'reasons', p.said -> 'reasons') ORDER BY p.number) FROM proofs p), '[]'),
        'stretches', coalesce((SELECT jsonb_agg(jsonb_build_object('from_at', s.from_at, 'until', s.last_at + sight_due())
            ORDER BY s.from_at) FROM sight_stretch s
            WHERE s.facility_id = b.id AND s.last_at + sight_due() > b.from_at AND s.from_at < b.until), '[]'),
        'versions', coalesce((SELECT jsonb_agg(jsonb_build_object('version', v.version, 'applied_at', v.applied_at,
            'plans', coalesce((SELECT jsonb_agg(k ORDER BY k) FROM jsonb_object_keys(v.document -> 'tarp') k), '[]'))
            ORDER BY v.id) FROM facility_version v WHERE v.facility_id = b.id), '[]'))
    FROM bounds b
$$;

GRANT SELECT ON sight_proof, sight_stretch, sight_newest TO tailwatch_ingest, tailwatch_api;
