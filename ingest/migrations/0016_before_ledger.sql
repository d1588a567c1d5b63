-- What a ledger never saw of an epoch: it begins with the sender's first `kept`, and what lies below was settled with
-- somebody else, or in a database that is gone. `first` of a chapter moves up when ranges are folded, by their sum.

CREATE OR REPLACE VIEW ledger_epoch AS
SELECT facility_id, sender, epoch, started_at, updated_at, through,
       sent, stored, late, repeats AS duplicate, dropped, unreadable, lost, quarantined, pending,
       coalesce((state->>0)::bigint - (state->6->>0)::bigint - (state->6->>1)::bigint - (state->6->>2)::bigint, 0)
           AS before_ledger
FROM chapter;
