"""The commodities of facilities, without what a study needs beside them."""

from typing import Final

from api.http.database import DatabasePool

ELEMENTS: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility,
    jsonb_path_query_array(result, '$.commodities[*].element') AS elements
FROM study WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, version DESC
"""


def _elements(facility: str, elements: list[str]) -> tuple[str, list[str]]:
    return facility, elements


async def elements(database: DatabasePool, facilities: list[str]) -> dict[str, list[str]]:
    """Return the commodities of the newest study, by facility; one without a study is not in it."""
    return dict(await database.rows(_elements, ELEMENTS, {"facilities": facilities}))
