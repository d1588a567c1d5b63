-- What is kept of the chain of one epoch from `low` to `high`, with the row that reaches to `low`.
CREATE FUNCTION batch_chain_of(of_facility text, of_sender text, of_epoch text, low bigint, high bigint)
    RETURNS SETOF batch_chain LANGUAGE sql STABLE AS $$
    (SELECT * FROM batch_chain c WHERE (c.facility_id, c.sender, c.epoch) = (of_facility, of_sender, of_epoch)
        AND c.first <= low ORDER BY c.first DESC LIMIT 1)
    UNION ALL
    SELECT * FROM batch_chain c WHERE (c.facility_id, c.sender, c.epoch) = (of_facility, of_sender, of_epoch)
        AND c.first > low AND c.first <= high
$$;

-- Lock sequence states until the end of the transaction, beginning those that are not there, and read them with their
-- chains: item i of `places`, `lows` and `highs` is a stretch of the chain of the state there. It is one statement
-- because each that is sent costs a small transaction a tenth of a millisecond. Each statement in here sees what was
-- committed until it began, so what is read is no older than the lock.
CREATE FUNCTION open_sequence_states(of_facilities text[], of_senders text[], of_epochs text[],
                                     places integer[], lows bigint[], highs bigint[])
    RETURNS TABLE (facility_id text, sender text, epoch text, state jsonb, quarantined bigint, late bigint,
                   duplicate bigint, lost bigint, held_by text,
                   low bigint, high bigint, first bigint, before text, own text)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    locked bigint;
BEGIN
    LOOP
        PERFORM FROM sequence_state s
        JOIN unnest(of_facilities, of_senders, of_epochs) AS key (facility_id, sender, epoch)
            USING (facility_id, sender, epoch)
        ORDER BY s.facility_id, s.sender, s.epoch FOR UPDATE OF s;
        GET DIAGNOSTICS locked = ROW_COUNT;
        EXIT WHEN locked >= cardinality(of_facilities);
        INSERT INTO sequence_state (facility_id, sender, epoch)
        SELECT key.facility_id, key.sender, key.epoch
        FROM unnest(of_facilities, of_senders, of_epochs) AS key (facility_id, sender, epoch)
        ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN QUERY
    SELECT s.facility_id, s.sender, s.epoch, s.state, s.quarantined, s.late, s.duplicate, s.lost, s.held_by,
           stretch.low, stretch.high, c.first, c.before, c.own
    FROM unnest(of_facilities, of_senders, of_epochs) WITH ORDINALITY AS key (facility_id, sender, epoch, place)
    JOIN sequence_state s USING (facility_id, sender, epoch)
    LEFT JOIN unnest(places, lows, highs) AS stretch (place, low, high) USING (place)
    LEFT JOIN LATERAL batch_chain_of(s.facility_id, s.sender, s.epoch, stretch.low, stretch.high) c ON true;
END $$;
