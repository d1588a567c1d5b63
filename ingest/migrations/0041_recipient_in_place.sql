-- Who is told at other hours, of other levels or in another language stays the same recipient: what was told, what waits
-- and the links of it stay. Where the address changes another recipient takes its place, and what waits with its links.
GRANT UPDATE (family, from_level, after_min, weekdays, on_call_from, on_call_until, quiet_from, quiet_until, has_digest,
    given_by, given_at, language) ON recipient TO tailwatch_ingest;
GRANT UPDATE (recipient_id) ON notification, alarm_link TO tailwatch_ingest;
