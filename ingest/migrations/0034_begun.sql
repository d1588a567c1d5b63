-- A chapter begins where its first pack says, and moves down to what another process stores later (wire.Chapter):
-- the gaps that this leaves below where it began (the eighth part of its state) are before this ledger too.

CREATE OR REPLACE VIEW ledger_epoch AS
SELECT facility_id, sender, epoch, started_at, updated_at, through,
       sent, stored, late, repeats AS duplicate, dropped, unreadable, lost, quarantined, pending,
       coalesce((state->>0)::bigint - (state->6->>0)::bigint - (state->6->>1)::bigint - (state->6->>2)::bigint, 0)
       + coalesce((SELECT sum((gap->>1)::bigint - (gap->>0)::bigint + 1) FROM jsonb_array_elements(state->3) AS gap
                   WHERE (gap->>0)::bigint < (state->>7)::bigint), 0)::bigint
           AS before_ledger
FROM chapter;
