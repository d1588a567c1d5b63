"""The level of a plan over time, as the api says it, held to the levels that each reading means by its own limit."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.api.server import ApiServer
from tests.ingest.alarms.dam import Dam, minute
from tests.servers import TestDatabase
from tests.tailings.facilities import VALE
from tests.tailings.plan_texts import OF_SUMMER, TWO_DATASTREAMS, of_rates, plan

POND = plan("overtopping", "n01:pond.level", "above", yellow=338.0, orange=339.0, red=340.5)
METRES = (337.5, 338.5, 339.5, 340.9)
"""A pond at each level: green, yellow, orange, red."""
TIMELINE = f"/api/v1/facilities/vale/plans/overtopping/level-timeline?from={minute(0):%Y-%m-%dT%H:%M:%SZ}"


def told(vale: TestDatabase, folder: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What the api says: the steps of the level over time, and the alarm of the level."""
    server = ApiServer(folder, vale.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        steps = client.get(TIMELINE).json().get("steps", [])
        (alarm,) = [one for one in client.get("/api/v1/alarms").json()["alarms"] if one["type"] == "level"]
    server.stop()
    return steps, alarm


@pytest.mark.parametrize("is_at_once", [True, False])
@pytest.mark.parametrize("levels", [(3, 1, 2), (2, 0, 1), (1, 0, 1, 0), (2, 0, 2)])
def test_a_level_that_falls_by_itself_is_told_as_the_readings_say(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path, levels: tuple[int, ...], is_at_once: bool
) -> None:
    """What falls and rises again within one batch stands in the timeline as what comes reading by reading."""
    dam = Dam(connection, store, VALE.read_text() + POND)
    readings = [(float(at), METRES[level]) for at, level in enumerate(levels, 1)]
    for batch in [readings] if is_at_once else [[one] for one in readings]:
        dam.put(batch)
        dam.follow(batch[-1][0])
    steps, alarm = told(vale, tmp_path)

    assert [one["level"] for one in steps] == [0, *levels]
    assert alarm["level"] == levels[-1]


AWAY = """
[tarp.overtopping]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.overtopping.levels]]
level = "yellow"
when = { any = [
  { datastream = "n01:pond.level", test = "above", value = 338.0 },
  { datastream = "n07:vw2.pressure", test = "away", value = 40.0 },
] }
[[tarp.overtopping.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 340.5 }
"""


@pytest.mark.parametrize("pressure_kpa", [45.0, -45.0])
def test_an_alarm_by_a_value_that_is_away_shows_that_value(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path, pressure_kpa: float
) -> None:
    """45 kPa to either side is past 40; the pond beside it is 0.5 m below its yellow."""
    dam = Dam(connection, store, VALE.read_text() + AWAY)
    dam.put([(1, 337.5)])
    dam.put([(1, pressure_kpa)], name="n07:vw2.pressure")
    dam.follow(1)
    _, alarm = told(vale, tmp_path)

    assert (alarm["level"], alarm["watched"], alarm["value_now"]) == (1, "vale:n07:vw2.pressure", pressure_kpa)


@pytest.mark.parametrize("more", [of_rates("n02:vw1", "n08:vw1"), OF_SUMMER])
def test_an_alarm_shows_the_datastream_that_raised_it(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path, more: str
) -> None:
    """N08 rises by 1 m in an hour to 332 m, in November; n02 stands still, and the pond is past a limit of summer."""
    dam = Dam(connection, store, VALE.read_text() + more)
    for name, before_m, now_m in (("n01:pond", 337.0, 337.0), ("n02:vw1", 331.0, 331.0), ("n08:vw1", 331.0, 332.0)):
        dam.put([(-60, before_m), (0, now_m)], name=f"{name}.level")
    dam.follow(0)
    _, alarm = told(vale, tmp_path)

    assert (alarm["level"], alarm["watched"], alarm["value_now"]) == (1, "vale:n08:vw1.level", 332.0)


def test_a_suspect_alarm_shows_what_is_doubted_and_the_level_beside_it_what_is_not(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """The pond is yellow at 338.5 m; a doubted piezometer says 900 m, above red: two alarms of one plan."""
    dam = Dam(connection, store, VALE.read_text() + TWO_DATASTREAMS)
    dam.put([(0, 338.5)])
    dam.put([(0, 900.0)], quality=3, name="n07:vw1.level", tests="gross_range")
    dam.follow(1)
    server = ApiServer(tmp_path, vale.conninfo("tailwatch_api")).start()
    found = httpx.get(f"{server.url}/api/v1/alarms", params={"family": "dam"}, timeout=60).json()["alarms"]
    server.stop()

    told = {one["type"]: (one["watched"], one["value_now"]) for one in found if one["type"] != "blind"}
    assert told == {"level": ("vale:n01:pond.level", 338.5), "suspect": ("vale:n07:vw1.level", 900.0)}
