-- The holds under which an alarm calls nobody at an instant. One that somebody has ended held until then: it was last
-- in 0010_alarm.sql, where an ended hold had never held. As a set it is planned as a part of the question that asks.
CREATE FUNCTION alarm_holds_of(event alarm_event, now_at timestamptz, at_level integer) RETURNS SETOF alarm_hold
LANGUAGE sql STABLE AS $$
    SELECT * FROM alarm_hold h
    WHERE h.facility_id = event.facility_id AND h.family = event.family AND h.rule = event.rule AND h.type = event.type
      AND h.subject IN ('', event.subject) AND h.level >= at_level
      AND h.from_time <= now_at AND least(h.until, h.ended_at) > now_at
$$;
CREATE OR REPLACE FUNCTION alarm_hold_of(event alarm_event, now_at timestamptz, at_level integer) RETURNS alarm_hold
LANGUAGE sql STABLE AS $$
    SELECT h FROM alarm_holds_of(event, now_at, at_level) h ORDER BY h.id DESC LIMIT 1
$$;
CREATE INDEX alarm_hold_rule ON alarm_hold (facility_id, rule);
