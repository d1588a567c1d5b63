-- Ingest adds observations and keeps the books, and deletes nothing; the api reads.

GRANT SELECT ON ALL TABLES IN SCHEMA public TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON facility, node, instrument, datastream, latest, chapter, node_repeats, ledger_day
    TO tailwatch_ingest;
GRANT INSERT ON observation, commit_log TO tailwatch_ingest;
GRANT INSERT, UPDATE (times, state) ON quarantine TO tailwatch_ingest;
