-- The commit log grows with every transaction, for as long as the site lives. Who follows it stays within the newest
-- commits: a client of the live feed goes on from one of the newest 10,000, else it is told to read the lists again. Who
-- has been away for longer (a plan, an archive) looks at the data themselves. So the newest million stay.
-- A function of the owner, because no program may delete whichever commits it likes.

CREATE FUNCTION forget_commits(at_most integer) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH old AS (
        SELECT id FROM commit_log WHERE id <= (SELECT max(id) FROM commit_log) - 1000000 ORDER BY id LIMIT at_most
    ), gone AS (
        DELETE FROM commit_log USING old WHERE commit_log.id = old.id RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION forget_commits FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_commits TO tailwatch_ingest;

-- An archive that finds nothing new in a month says so: it need not compare the month again when the log is forgotten.
GRANT UPDATE (through_commit) ON archive_part TO tailwatch_ingest;
