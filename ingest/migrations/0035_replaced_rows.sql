-- What a revision replaced is checked by one look at the new rows, and by a comparison of the raw ones alone. The rule is
-- that of 0016_import.sql; there each old row was joined to its new one, a fifth of the time of a re-derivation, whose
-- rows are derived. That no row goes to another datastream or time is seen by the columns that a statement names.
CREATE OR REPLACE FUNCTION keep_replaced() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := nullif(current_setting('tailwatch.revision', true), '')::bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM replaced) THEN
        RETURN NULL;
    END IF;
    IF number IS NULL OR NOT EXISTS (SELECT FROM revision WHERE id = number AND state = 'open')
        OR EXISTS (SELECT FROM fresh WHERE (quality = 9) <> (result IS NULL))
        OR NOT is_of_import(number) AND EXISTS (
            SELECT FROM replaced o LEFT JOIN fresh n USING (datastream_id, phenomenon_time)
            WHERE o.datastream_id NOT IN (SELECT id FROM datastream WHERE formula IS NOT NULL)
              AND (n.quality IS NULL OR (n.result, n.cfg) IS DISTINCT FROM (o.result, o.cfg))
        )
    THEN
        RAISE EXCEPTION 'raw observations are never changed, derived ones only by a revision, and none is ever deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO superseded (datastream_id, phenomenon_time, revision_id, result, quality, tests, cfg)
    SELECT datastream_id, phenomenon_time, number, result, quality, tests, cfg FROM replaced
    ORDER BY datastream_id, phenomenon_time;
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_move BEFORE UPDATE OF datastream_id, phenomenon_time ON observation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
