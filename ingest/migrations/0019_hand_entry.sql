-- Readings that a person entered by hand are a revision of a kind of their own. They were of kind import, without an
-- import.

ALTER TABLE revision DROP CONSTRAINT revision_kind_check;
ALTER TABLE revision ADD CONSTRAINT revision_kind_check
    CHECK (kind IN ('rederive', 'catch-up', 'quality', 'place', 'undo', 'quality-update', 'import', 'hand-entry'));
UPDATE revision SET kind = 'hand-entry'
WHERE kind = 'import' AND NOT EXISTS (SELECT FROM import i WHERE i.revision_id = revision.id);

-- What a person brought may replace what was brought wrongly, as a file or by hand, and its undoing gives that back: no
-- other revision touches a raw result.
CREATE OR REPLACE FUNCTION is_of_import(number bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT id, kind, undoes FROM revision WHERE id = number
        UNION ALL SELECT r.id, r.kind, r.undoes FROM revision r JOIN chain ON r.id = chain.undoes
    )
    SELECT EXISTS (SELECT FROM chain WHERE kind IN ('import', 'hand-entry'))
$$;
