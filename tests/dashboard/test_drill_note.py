"""Over every page of an installation whose data are all invented, as those of a drill are, stands that they are."""

from collections.abc import Iterator
from typing import Final

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.servers import TestDatabase

DRILL: Final = "A drill on simulated readings: The pond rises. Nothing has happened, and nobody outside is told."
PAGES: Final = (
    "/",
    "/alarms",
    "/alarms/history",
    "/alarms/recipients",
    "/nodes",
    "/charts",
    "/f/vale",
)
"""Where a dam, its alarms or its readings are told of."""


@pytest.fixture
def invented(pages_database: TestDatabase) -> Iterator[psycopg.Connection[object]]:
    """The dam as a drill has it, beside another facility of it; taken back afterwards."""
    with psycopg.connect(pages_database.conninfo(), autocommit=True) as owner:
        owner.execute("UPDATE facility SET document = document || %s", (Jsonb({"sample_data": DRILL}),))
        yield owner
        owner.execute("UPDATE facility SET document = document - 'sample_data'")


def without(client: httpx.Client, pages: tuple[str, ...] = PAGES) -> list[str]:
    """The pages that do not say above their head that it is a drill."""
    texts = {address: client.get(address).text.partition("<header")[0] for address in pages}
    return [address for address, text in texts.items() if DRILL not in text]


def test_every_page_of_a_drill_says_that_it_is_one(
    open_client: httpx.Client, invented: psycopg.Connection[object]
) -> None:
    """All pages; where one facility of two is real, only those of the invented one are marked as a whole."""
    of_a_drill = without(open_client)
    invented.execute("UPDATE facility SET document = document - 'sample_data' WHERE id = 'rosa'")
    beside_a_real_one = without(open_client, ("/", "/nodes", "/f/vale"))

    assert of_a_drill == []
    assert beside_a_real_one == ["/", "/nodes"]
