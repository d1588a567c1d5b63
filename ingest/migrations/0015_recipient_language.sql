-- In which language somebody reads: a tag of BCP 47, '' while nobody chose one. Sentences are made by it where they are
-- shown or sent; none is stored but in the notifications, as they went out.

CREATE DOMAIN language_tag AS text CHECK (VALUE ~ '^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$');

ALTER TABLE person ADD language language_tag NOT NULL DEFAULT '';
ALTER TABLE recipient ADD language language_tag NOT NULL DEFAULT '';

-- A person who is logged in chooses; NULL: nobody is.
CREATE FUNCTION choose_language(token text, language text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE person SET language = choose_language.language
    WHERE account_id = (SELECT account_id FROM session_of(token)) RETURNING account_id
$$;
REVOKE ALL ON FUNCTION choose_language FROM PUBLIC;
GRANT EXECUTE ON FUNCTION choose_language TO tailwatch_api;
GRANT SELECT (language) ON person TO tailwatch_api;
GRANT SELECT (language) ON recipient TO tailwatch_api;
