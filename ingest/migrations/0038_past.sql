-- What a question of the past needs before it is asked is known in one journey, by plans that a session keeps: to plan
-- these statements takes several times as long as to run them, each anew for each question.

-- The coverage of a datastream that was known at `as_of`: both NULL where nothing was. The first of all may have left for
-- the archive, unless it came later; where the newest of then has left, it reaches to `as_of` itself.
CREATE FUNCTION coverage_as_of(
    number integer, as_of timestamptz, OUT first_known timestamptz, OUT last_known timestamptz
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SELECT l.first_time, l.phenomenon_time INTO first_known, last_known FROM latest l WHERE l.datastream_id = number;
    IF first_known > as_of THEN
        first_known := NULL;
    ELSIF is_received_after(number, first_known, as_of) THEN
        SELECT o.phenomenon_time INTO first_known FROM observation_as_of(number, '-infinity', 'infinity', as_of) o
        ORDER BY o.phenomenon_time LIMIT 1;
    END IF;
    IF first_known IS NULL THEN
        last_known := NULL;
    ELSIF last_known > as_of OR is_received_after(number, last_known, as_of) THEN
        SELECT o.phenomenon_time INTO last_known FROM observation_as_of(number, '-infinity', 'infinity', as_of) o
        ORDER BY o.phenomenon_time DESC LIMIT 1;
        last_known := coalesce(last_known, as_of);
    END IF;
END $$;

-- Whether the observation at an instant was received after `as_of`.
CREATE FUNCTION is_received_after(number integer, instant timestamptz, as_of timestamptz)
    RETURNS boolean LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM observation o
        WHERE o.datastream_id = number AND o.phenomenon_time = instant AND NOT is_received(o.received_at, as_of)
    );
END $$;

-- That coverage, and whether anything of a datastream in [start, stop) was replaced or received after `as_of`; where
-- `start` is NULL, from the first instant that was known.
CREATE FUNCTION past_of(
    number integer, start timestamptz, stop timestamptz, as_of timestamptz,
    OUT first_known timestamptz, OUT last_known timestamptz, OUT is_changed boolean
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    begin_at timestamptz;
BEGIN
    SELECT c.first_known, c.last_known INTO first_known, last_known FROM coverage_as_of(number, as_of) c;
    begin_at := coalesce(start, first_known, stop);
    is_changed := is_revised_since(number, begin_at, stop, as_of) OR is_received_since(number, begin_at, stop, as_of);
END $$;
