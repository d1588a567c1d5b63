-- What a commit changed, exactly enough that a copy elsewhere can follow the commit log: the span of each datastream,
-- and the revisions that it was made under.

-- Item i is of datastream_ids[i]. Kept where the span of all is long, as in a group with an outbox of last week: NULL says
-- that first_time and last_time are near enough for each, so that the usual commit is as small as before.
ALTER TABLE commit_log ADD COLUMN first_ms bigint[];  -- Unix ms, included
ALTER TABLE commit_log ADD COLUMN last_ms bigint[];   -- Unix ms, included

-- Whatever makes a revision that of its transaction adds it to the setting (ingest/revisions/books.py). NULL: none.
ALTER TABLE commit_log ADD COLUMN revision_ids bigint[];
ALTER TABLE commit_log ALTER COLUMN revision_ids
    SET DEFAULT string_to_array(nullif(current_setting('tailwatch.revisions', true), ''), ',')::bigint[];
