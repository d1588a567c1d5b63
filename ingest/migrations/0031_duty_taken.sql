-- Who takes a named role away stands in the audit log, not who had given it.
CREATE OR REPLACE FUNCTION audit_plan() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'tarp_approval' THEN
        PERFORM audit_append(NEW.author, 'plan.approved', 'plan:' || NEW.facility_id || '/' || NEW.plan,
            jsonb_build_object('digest', NEW.digest, 'role', NEW.role, 'valid_to', NEW.valid_to));
    ELSIF TG_TABLE_NAME = 'alarm_hold' THEN
        PERFORM audit_append(coalesce(NEW.ended_by, NEW.author),
            'hold.' || CASE WHEN NEW.ended_at IS NULL THEN NEW.kind ELSE 'ended' END,
            'hold:' || NEW.id, jsonb_build_object('facility', NEW.facility_id, 'rule', NEW.rule, 'until', NEW.until));
    ELSE
        PERFORM audit_append(coalesce(NEW.given_by, audit_actor()), 'duty.' || lower(TG_OP),
            coalesce(NEW.holder, OLD.holder),
            jsonb_build_object('facility', coalesce(NEW.facility_id, OLD.facility_id), 'role', coalesce(NEW.role, OLD.role)));
    END IF;
    RETURN NULL;
END $$;
