"""What a facility of this site says beside a row of a register, and who is one facility by the words of people."""

import asyncio
from typing import Any

import psycopg

from api.http.database import DatabasePool
from api.register import matches
from api.register.matches import compared_values
from tailings.register.likeness import contradictions
from tailings.register.values import Values
from tests.api.conftest import API_ROLE
from tests.api.region import site
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

SAID = """
INSERT INTO register_match (entry_id, other_entry_id, facility_id, is_same, author) VALUES (%s, %s, %s, %s, 'user:3')
"""
ROW: Values = {
    "id": "R1",
    "name": "Vale",
    "region": "Beja",
    "consequence_class": "Very High",
    "consequence_system": "GISTM",
}


def test_a_facility_file_that_says_the_same_as_a_register_contradicts_nothing() -> None:
    """Its class is GISTM's, written very-high; its region is the code that NUTS has of Baixo Alentejo, around Beja."""
    document = {"name": "Vale", "consequence_class": "very-high", "region": "PT184"}
    national = ROW | {"consequence_class": "Alta", "consequence_system": "ANM"}
    lower, elsewhere = document | {"consequence_class": "low"}, document | {"region": "Norte"}

    def columns(row: Values, file: dict[str, str]) -> list[str]:
        return [one.column for one in contradictions(row, compared_values("vale", file))]

    assert [columns(one, document) for one in (ROW, national)] == [[], []]
    assert [columns(ROW, one) for one in (lower, elsewhere)] == [["consequence_class"], ["region"]]


def test_what_people_said_goes_on_to_the_page_of_each_row(cluster: Database) -> None:
    """Row 1 is row 2, which is a facility of this site and not row 3: so is row 1, though nothing of them is alike."""
    with fresh_database(cluster, MIGRATED) as fresh:
        for number, name in enumerate(("Alfa", "Branco", "Cinza"), 1):
            site.put_register(fresh, f"r{number}", ["id,name", f"X{number},{name}"])
        with psycopg.connect(fresh.conninfo()) as connection:
            site.put_facilities(connection, [("dique", "green", None, None)])
            for row in ((1, 2, None, True), (2, None, "dique", True), (2, 3, None, False)):
                connection.execute(SAID, row)

        found = candidates(fresh, 1)

    assert found == {2: True, "dique": True, 3: False}


def test_no_row_is_proposed_that_its_register_has_no_more(cluster: Database) -> None:
    """Of three rows of one name one goes: it is proposed no more, and stays where a person had said something."""
    found = []
    with fresh_database(cluster, MIGRATED) as fresh:
        site.put_register(fresh, "own", ["id,name", "X1,Branco"])
        site.put_register(fresh, "other", ["id,name", "Y1,Branco", "Y2,Branco"])
        found.append(candidates(fresh, 1))
        site.put_register(fresh, "other", ["id,name", "Y1,Branco"], day="2026-02-28")
        found.append(candidates(fresh, 1))
        with psycopg.connect(fresh.conninfo()) as connection:
            connection.execute(SAID, (1, 3, None, False))
        found.append(candidates(fresh, 1))

    assert found == [{2: None, 3: None}, {2: None}, {2: None, 3: False}]


def candidates(database: TestDatabase, number: int) -> dict[Any, bool | None]:
    """What may be one facility with a row, and whether people said so, as who may read everything has it."""

    async def ask() -> Any:
        async with DatabasePool(database.conninfo(API_ROLE), 2, 30) as pool:
            return await matches.of_entry(pool, number, None)

    return {one.facility or one.number: one.is_same for one in asyncio.run(ask()).candidates}
