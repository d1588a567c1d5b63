-- Drills of the response plans: each with its scenario and, while it is held and when it is over, its record. Written by
-- `tailwatch drill` in an installation of its own; what is over is never changed.

CREATE TABLE drill (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility_id  text NOT NULL REFERENCES facility,
    scenario     jsonb NOT NULL,              -- of tailings.drill.DrillScenario
    led_by       text NOT NULL CHECK (led_by ~ '^((user|key|system):[0-9]+|program:[a-z_]+)$'),
    began_at     timestamptz NOT NULL,        -- of its first second
    ended_at     timestamptz CHECK (ended_at >= began_at),
    record       jsonb,                       -- of tailings.drill.DrillRecord, as known last
    sha256       text CHECK (sha256 ~ '^[0-9a-f]{64}$')  -- of the record as JSON, when it is over
);
CREATE UNIQUE INDEX drill_held ON drill (facility_id) WHERE ended_at IS NULL;

CREATE FUNCTION refuse_drill_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a drill that is over is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON drill FOR EACH ROW EXECUTE FUNCTION refuse_drill_change();

CREATE FUNCTION audit_drill() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.ended_at IS NOT NULL THEN
        PERFORM audit_append(NEW.led_by, CASE WHEN NEW.ended_at IS NULL THEN 'drill.begun' ELSE 'drill.ended' END,
            'drill:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'scenario', NEW.scenario ->> 'id',
            'sha256', NEW.sha256));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_change AFTER INSERT OR UPDATE ON drill FOR EACH ROW EXECUTE FUNCTION audit_drill();

GRANT SELECT ON drill TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE (ended_at, record, sha256) ON drill TO tailwatch_ingest;
