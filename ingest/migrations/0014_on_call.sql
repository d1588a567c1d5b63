-- On call: whose turn it is to be on duty, from hand-over to hand-over, with who is away.

-- Hours that the members have in turn; a member is a recipient of the dam, by its name.
CREATE TABLE rota_shift (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    weekdays     smallint[] NOT NULL,         -- on which it begins; 1 is Monday
    begins       time NOT NULL,               -- hand-over, in the facility's zone
    ends         time NOT NULL,               -- the same as begins: a day later
    turn         text NOT NULL CHECK (turn IN ('day', 'week')),
    first_day    date NOT NULL,               -- on which the first member has it
    members      text[] NOT NULL CHECK (cardinality(members) BETWEEN 1 AND 20),
    given_by     text NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz
);
CREATE UNIQUE INDEX rota_shift_name ON rota_shift (facility_id, name) WHERE ended_at IS NULL;

-- Somebody is away: a vacation, or one half of a swap.
CREATE TABLE rota_absence (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    member       text NOT NULL,
    from_time    timestamptz NOT NULL,
    until        timestamptz NOT NULL CHECK (until > from_time),
    stand_in     text,                        -- NULL: nobody, which is a gap
    given_by     text NOT NULL,
    given_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz
);
CREATE INDEX rota_absence_open ON rota_absence (facility_id) WHERE ended_at IS NULL;

-- The rota of each facility that has one, as tailings.rota reads it.
CREATE VIEW rota_given AS
SELECT f.id AS facility_id, jsonb_build_object(
    'timezone', f.document ->> 'timezone',
    'shifts', (SELECT jsonb_agg(jsonb_build_object('name', s.name, 'weekdays', s.weekdays, 'begins', s.begins,
                   'ends', s.ends, 'turn', s.turn, 'first_day', s.first_day, 'members', s.members) ORDER BY s.id)
               FROM rota_shift s WHERE s.facility_id = f.id AND s.ended_at IS NULL),
    'absences', coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'member', a.member, 'start', a.from_time,
                   'stop', a.until, 'stand_in', a.stand_in) ORDER BY a.id)
               FROM rota_absence a WHERE a.facility_id = f.id AND a.ended_at IS NULL), '[]'),
    'recipients', coalesce((SELECT jsonb_agg(r.name ORDER BY r.id) FROM recipient r
               WHERE r.facility_id = f.id AND r.family = 'dam' AND r.ended_at IS NULL), '[]')) AS document
FROM facility f WHERE EXISTS (SELECT FROM rota_shift s WHERE s.facility_id = f.id AND s.ended_at IS NULL);

CREATE FUNCTION audit_rota() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM audit_append(audit_actor(),
        TG_ARGV[0] || CASE WHEN NEW.ended_at IS NULL THEN '.given' ELSE '.ended' END, TG_ARGV[0] || ':' || NEW.id,
        jsonb_build_object('facility', NEW.facility_id));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON rota_shift
    FOR EACH ROW EXECUTE FUNCTION audit_rota('shift');
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON rota_absence
    FOR EACH ROW EXECUTE FUNCTION audit_rota('absence');

GRANT SELECT ON rota_shift, rota_absence, rota_given TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (ended_at) ON rota_shift, rota_absence TO tailwatch_ingest;
