"""The heartbeat that nobody outside takes."""

from typing import Any

import psycopg
import pytest

from tests.ingest.alarms.dam import minute
from tests.ingest.alarms.looked import Looked


@pytest.mark.parametrize(("since_min", "found"), [(0, []), (-1, [("heartbeat", "centre")])])
def test_nobody_outside_watches(
    looked: Looked, owner: psycopg.Connection[Any], since_min: float, found: list[tuple[str, str]]
) -> None:
    """An address that takes no heartbeat for a quarter of an hour is told: its host, and nothing else of it."""
    owner.execute(
        "INSERT INTO heartbeat (name, host, failing_since, error) VALUES ('ingest-1', 'hc.example.org', %s, 'no')",
        (minute(since_min),),
    )
    looked.dam.put([(14, 96.1)], name="n01:baro.pressure")

    assert [one for one in looked.look(15) if one[0] == "heartbeat"] == found
    titles = looked.dam.titles("rule = 'heartbeat'")
    assert titles == [
        "No outside watch on the server: hc.example.org accepts no heartbeat since 2025-11-24 15:59Z"
    ] * len(found)
