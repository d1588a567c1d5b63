"""Screenings in a real database: what is stated and why not, what the public sees of it, and how it held."""

from typing import Any

import psycopg
import pytest

from ingest import screening
from ingest.screening import known_facilities
from ingest.values import Connection
from tailings.screening import ScreeningParameters
from tests.ingest.screening.region import chain, match, take

STATED = """
SELECT i.name, i.element, i.reason, (i.document ->> 'own')::int, i.document -> 'metal' -> 'p50' IS NOT NULL AS metal,
    coalesce(i.document ->> 'metal_missing', '') FROM screening_interval i JOIN screening_run r ON r.id = i.run_id
WHERE r.scope = %s AND r.id = %s ORDER BY i.id
"""
SCORES = """
SELECT r.scope, s.facility_id, s.verdict, s.places, round(s.mean::numeric, 3)::float8 FROM screening_score s
JOIN screening_interval i ON i.id = s.interval_id JOIN screening_run r ON r.id = i.run_id ORDER BY 1, 2
"""


def stated(connection: Connection, scope: str, run: int) -> dict[tuple[str, str], tuple[Any, ...]]:
    """By name of the facility and element why not, own samples, whether tonnes are given, and why not."""
    return {row[:2]: row[2:] for row in connection.execute(STATED, (scope, run)).fetchall()}


def test_rows_of_a_register_are_stated_from_the_assays_of_others(connection: Connection) -> None:
    """Tonnes where the dry mass is known; a row that names no commodity gets the reason; unknown words are told."""
    public, whole = screening.make(connection, "user:3")

    found = stated(connection, "public", public.run)
    assert found["Rio", "Cu"] == ("", 0, True, "")
    assert found["Mar", "Cu"] == ("", 0, False, "wet_mass")
    assert found["Mar", "Sn"] == ("few_donors", None, False, "")
    assert found["Sol", ""] == ("nothing_known", None, False, "")
    assert (public.facilities, public.stated, public.without, whole.stated) == (9, 8, 2, 8)
    assert connection.execute("SELECT summary -> 'unknown_words' FROM screening_run LIMIT 1").fetchone() == (
        ["unobtainium"],
    )


def test_the_same_inputs_change_nothing_and_other_parameters_do(connection: Connection) -> None:
    """The number of the first screening; with another factor of masses a further one, each with its audit row."""
    first, again = (screening.make(connection, "user:3") for _ in range(2))
    other = screening.make(connection, "user:3", ScreeningParameters(2.0))

    assert ([one.run for one in again], [one.is_new for one in again]) == ([one.run for one in first], [False, False])
    assert all(one.is_new for one in other)
    assert connection.execute("SELECT count(*) FROM audit WHERE action = 'screening.run'").fetchone() == (4,)


def test_a_public_screening_knows_nothing_that_is_not_public(connection: Connection) -> None:
    """Neither rows of a register that is not public, nor a facility, nor its samples."""
    connection.execute("UPDATE register SET is_public = false")
    connection.execute("UPDATE facility SET document = document || '{\"public\": false}' WHERE id = 'foz'")

    public, whole = (known_facilities(connection, scope) for scope in screening.SCOPES)

    assert {one.facts.key for one in public} == {f"facility:{id}" for id in ("vale", "berg", "cava", "duna", "eira")}
    assert len(whole) == 9


def test_what_a_person_called_the_same_is_one_facility(connection: Connection) -> None:
    """The facility of this site has the commodity, type and mass of its row, and its own samples."""
    match(connection, "A1", "vale")

    (vale,) = (one for one in known_facilities(connection, "all") if one.facility == "vale")

    assert (vale.facts.main, vale.facts.type, vale.facts.mass_t) == ("Cu", "tailings dam", 2e6)
    assert vale.facts.assays["Cu"].grades == (800.0, 1200.0)
    assert (vale.facts.samples, vale.entry is not None) == (2, True)


def test_a_row_is_a_facility_of_this_site_by_way_of_others_too(connection: Connection) -> None:
    """Three rows in a chain, the last of them vale: the first is vale, and its interval is scored by vale's samples."""
    screening.make(connection, "user:3")
    chain(connection, "A1", "A2", "A3")
    match(connection, "A3", "vale")
    take(connection, "vale", "H9,1100")

    public, _ = screening.make(connection, "user:3")
    keys = {one.facts.key for one in known_facilities(connection, "all")}

    assert len([key for key in keys if key.startswith("entry:")]) == 0
    assert public.scored == 2


def test_an_interval_is_scored_once_by_the_first_places_that_come(connection: Connection) -> None:
    """A plausible hole holds, an absurd one misses; later ones change nothing."""
    screening.make(connection, "user:3")
    take(connection, "vale", "H9,950")
    take(connection, "berg", "H9,900000")

    scored = screening.score_waiting(connection)
    take(connection, "vale", "H10,900000")
    again = screening.score_waiting(connection)

    assert (scored, again) == (4, 0)
    assert connection.execute(SCORES).fetchall() == [
        ("all", "berg", "missed", 1, 900000.0),
        ("all", "vale", "held", 1, 950.0),
        ("public", "berg", "missed", 1, 900000.0),
        ("public", "vale", "held", 1, 950.0),
    ]


def test_invented_samples_prove_no_interval(connection: Connection) -> None:
    """Samples that are marked as synthetic score nothing; measured ones of the same facility do, once they come."""
    screening.make(connection, "user:3")
    take(connection, "vale", "H9,950", synthetic="made up for a course")
    before = screening.score_waiting(connection)
    take(connection, "vale", "H10,1000")

    assert (before, screening.score_waiting(connection)) == (0, 2)
    assert {row[3:] for row in connection.execute(SCORES).fetchall()} == {(1, 1000.0)}


def test_a_row_of_a_register_is_scored_by_the_facility_that_it_is(connection: Connection) -> None:
    """Stated while it was a row; samples came for the facility that a person then matched; the next run scores it."""
    screening.make(connection, "user:3")
    match(connection, "A1", "vale")
    take(connection, "vale", "H9,1100")

    public, _ = screening.make(connection, "user:3")

    assert public.scored == 2
    assert {row[1] for row in connection.execute(SCORES).fetchall()} == {"vale"}


def test_the_follower_scores_when_samples_have_come(connection: Connection) -> None:
    """The job of ingest; without new samples it asks one question."""
    screening.make(connection, "user:3")
    follower = screening.ScoreFollower()
    follower.follow(connection)
    take(connection, "duna", "H9,1000")

    follower.follow(connection)

    assert len(connection.execute(SCORES).fetchall()) == 2


@pytest.mark.parametrize("table", ["screening_run", "screening_interval", "screening_score"])
def test_what_was_stated_and_how_it_held_cannot_be_taken_away(connection: Connection, table: str) -> None:
    """Neither changed nor deleted, whatever the rights."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"DELETE FROM {table}")  # type: ignore[call-overload]
