-- How long each facility was looked at without a gap: a round that changes nothing stores no proof, and `sight_round`
-- keeps the last one only. A row a gap, extended in place while rounds follow each other. Only `sight_note_round`
-- writes it.

CREATE TABLE sight_stretch (
    facility_id  text NOT NULL REFERENCES facility,
    from_at      timestamptz NOT NULL,        -- the first round
    until        timestamptz NOT NULL,        -- when the round after the last one was due: so long its proofs hold
    PRIMARY KEY (facility_id, from_at)
);

-- A round was made. The next one is due an hour later (ingest/sight/prover.py), and five minutes for what is before it.
CREATE FUNCTION sight_note_round(of_facility text, at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    due timestamptz := at + interval '65 minutes';
BEGIN
    UPDATE sight_stretch s SET until = greatest(s.until, due)
    WHERE s.facility_id = of_facility AND at <= s.until
      AND s.from_at = (SELECT max(n.from_at) FROM sight_stretch n WHERE n.facility_id = of_facility);
    IF NOT FOUND THEN
        INSERT INTO sight_stretch VALUES (of_facility, at, due);
    END IF;
END $$;
REVOKE ALL ON FUNCTION sight_note_round FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sight_note_round TO tailwatch_ingest;

CREATE TRIGGER refuse_delete BEFORE DELETE ON sight_stretch FOR EACH ROW EXECUTE FUNCTION sight_refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON sight_stretch FOR EACH STATEMENT EXECUTE FUNCTION sight_refuse();

-- Of what was before this table the rounds are known that made a proof, and the last one.
DO $$ BEGIN
    PERFORM sight_note_round(facility_id, at) FROM (
        SELECT facility_id, made_at AS at FROM sight_proof UNION SELECT facility_id, at FROM sight_round
        ORDER BY facility_id, at) rounds;
END $$;

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
        'stretches', coalesce((SELECT jsonb_agg(jsonb_build_object('from_at', s.from_at, 'until', s.until)
            ORDER BY s.from_at) FROM sight_stretch s
            WHERE s.facility_id = b.id AND s.until > b.from_at AND s.from_at < b.until), '[]'),
        'versions', coalesce((SELECT jsonb_agg(jsonb_build_object('version', v.version, 'applied_at', v.applied_at,
            'plans', coalesce((SELECT jsonb_agg(k ORDER BY k) FROM jsonb_object_keys(v.document -> 'tarp') k), '[]'))
            ORDER BY v.id) FROM facility_version v WHERE v.facility_id = b.id), '[]'))
    FROM bounds b
$$;

GRANT SELECT ON sight_stretch TO tailwatch_ingest, tailwatch_api;
