-- Screening: intervals of grades of facilities with few samples or none, as they were stated, and what became of them
-- when assays arrived. All is added to, never changed: a hit rate is worth nothing where a miss can be taken away.

-- One screening of what is public, or of all; the same inputs by the same method are the same screening.
CREATE TABLE screening_run (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope          text NOT NULL CHECK (scope IN ('public', 'all')),
    author         text NOT NULL CHECK (author ~ '^(user|key|system):[0-9]+$'),
    made_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    method         text NOT NULL,
    inputs_sha256  text NOT NULL CHECK (inputs_sha256 ~ '^[0-9a-f]{64}$'),
    parameters     jsonb NOT NULL,
    newest_sample  bigint NOT NULL,           -- the last assay_sample that it knew of
    summary        jsonb NOT NULL             -- pools by element, what registers name that is unknown, synthetic assays
);
CREATE INDEX screening_run_newest ON screening_run (scope, id DESC);

-- What was stated of an element in a facility, or why nothing was: `document` is NULL and `reason` a code.
CREATE TABLE screening_interval (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id       bigint NOT NULL REFERENCES screening_run,
    facility_id  text REFERENCES facility,
    entry_id     bigint REFERENCES register_entry,
    name         text NOT NULL,
    element      text NOT NULL,
    reason       text NOT NULL DEFAULT '',
    count        integer NOT NULL DEFAULT 0,  -- the number that the sentence of `reason` names
    document     jsonb,                       -- tailings.screening.StatedGrade
    CHECK (num_nonnulls(facility_id, entry_id) >= 1),
    CHECK ((document IS NULL) = (reason <> ''))
);
CREATE INDEX screening_interval_of ON screening_interval (run_id, id);
CREATE INDEX screening_interval_facility ON screening_interval (facility_id, element, run_id DESC);
CREATE INDEX screening_interval_entry ON screening_interval (entry_id, element, run_id DESC);

-- What the first places that were sampled after it say: once.
CREATE TABLE screening_score (
    interval_id  bigint PRIMARY KEY REFERENCES screening_interval,
    scored_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    facility_id  text NOT NULL REFERENCES facility,
    verdict      text NOT NULL CHECK (verdict IN ('held', 'missed', 'undecided')),
    places       integer NOT NULL CHECK (places BETWEEN 1 AND 8),
    below        integer NOT NULL CHECK (below BETWEEN 0 AND places),
    mean         double precision NOT NULL CHECK (mean > 0),  -- geometric [mg/kg]; an upper bound where some are below
    low          double precision NOT NULL,
    high         double precision NOT NULL CHECK (high >= low),
    files        bigint[] NOT NULL            -- assay files that the places came from
);

CREATE FUNCTION refuse_screening_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a screening stated, and how it went, is added to, never changed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON screening_run
    FOR EACH ROW EXECUTE FUNCTION refuse_screening_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON screening_interval
    FOR EACH ROW EXECUTE FUNCTION refuse_screening_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON screening_score
    FOR EACH ROW EXECUTE FUNCTION refuse_screening_change();

CREATE FUNCTION audit_screening() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(NEW.author, 'screening.run', 'screening:' || NEW.id, jsonb_build_object(
        'scope', NEW.scope, 'method', NEW.method, 'inputs', NEW.inputs_sha256));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON screening_run FOR EACH ROW EXECUTE FUNCTION audit_screening();

CREATE FUNCTION audit_screening_score() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(audit_actor(), 'screening.score', 'screening-interval:' || NEW.interval_id,
        jsonb_build_object('verdict', NEW.verdict, 'places', NEW.places));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_insert AFTER INSERT ON screening_score FOR EACH ROW EXECUTE FUNCTION audit_screening_score();

-- Of each pair the newest word of a person: the one answer to "are these two the same facility?" (register_match).
CREATE VIEW register_decision AS
SELECT DISTINCT ON (entry_id, other_entry_id, facility_id) entry_id, other_entry_id, facility_id, is_same
FROM register_match ORDER BY entry_id, other_entry_id, facility_id, id DESC;

GRANT SELECT ON register_decision TO tailwatch_ingest, tailwatch_api;
GRANT SELECT ON screening_run, screening_interval, screening_score TO tailwatch_ingest, tailwatch_api;
GRANT INSERT ON screening_run, screening_interval, screening_score TO tailwatch_ingest;
