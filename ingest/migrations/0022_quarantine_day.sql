-- How much a sender puts into quarantine a day (UTC). Beyond the limit only the count is kept, not the messages.

CREATE TABLE quarantine_day (
    facility_id     text NOT NULL,
    sender          text NOT NULL,
    day             date NOT NULL,
    kept            bigint NOT NULL DEFAULT 0,
    kept_bytes      bigint NOT NULL DEFAULT 0,
    not_kept        bigint NOT NULL DEFAULT 0,
    not_kept_bytes  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (facility_id, sender, day)
) WITH (fillfactor = 50);

GRANT SELECT ON quarantine_day TO tailwatch_ingest, tailwatch_api;
GRANT INSERT, UPDATE ON quarantine_day TO tailwatch_ingest;
