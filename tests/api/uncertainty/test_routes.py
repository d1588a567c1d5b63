"""Uncertainty over the api: from a facility file and stored readings to U of a level, by hand calculation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from ingest.migrate import migrate, migrations
from ingest.versions.facility import register
from tailings import Series, chain, parse
from tests.api.server import ApiServer
from tests.api.site import commit
from tests.ingest.revisions.asked import now
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.facilities import VALE

T = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOURS = 48
RAW = {"n07:vw1.frequency": 2831.4, "n07:vw1.thermistor": 4821.0, "n01:baro.pressure": 961.0, "n01:rain.rain": 1.0}
KPA_PER_M = 9.80665
LEVEL, RAIN = "vale:n07:vw1.level", "vale:n01:rain.day"
MORE = """
[[instruments."n01:baro".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-117"
terms = [{ quantity = "barometric-pressure", kind = "calibration", value = 0.6, unit = "hPa", coverage_factor = 2 }]
[datastreams."n01:rain.day"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 86400 }
"""


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """Two days of hourly readings, derived and stored as ingest does."""
    with fresh_database(cluster) as fresh:
        with psycopg.connect(fresh.conninfo()) as owner:
            migrate(owner, migrations())
            text = VALE.read_text() + MORE
            register(owner, parse(text), text)
            ids = {name.removeprefix("vale:"): id for id, name in owner.execute("SELECT id, name FROM datastream")}
            at_ms = [round(T.timestamp() * 1000) + hour * 3_600_000 for hour in range(HOURS)]
            series = {name: Series.of(at_ms, [value] * HOURS) for name, value in RAW.items()}
            for name, one in chain.derive(parse(text), series).items():
                put(owner, ids[name], one.series)
            commit(owner, list(ids.values()))
        yield fresh


@pytest.fixture(scope="module")
def client(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of an api over it."""
    server = ApiServer(tmp_path_factory.mktemp("api"), database.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def put(owner: psycopg.Connection[Any], id: int, series: Series) -> None:
    """Store a series as ingest does."""
    for at_ms, value in zip(series.time_ms.tolist(), series.value.tolist(), strict=True):
        at = T + timedelta(milliseconds=at_ms - T.timestamp() * 1000)
        owner.execute("INSERT INTO observation VALUES (%s, %s, %s, 1, NULL, NULL)", (id, at, value))
    owner.execute("INSERT INTO latest VALUES (%s, %s, %s, 1, NULL, now(), 1, %s)", (id, at, value, T))


def ask(client: httpx.Client, *names: str, **query: Any) -> list[dict[str, Any]]:
    """The uncertainty of some series."""
    answer = client.get("/api/v1/facilities/vale/uncertainty", params={"datastream": list(names), **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["series"]
    return found


def test_a_level_by_hand(client: httpx.Client) -> None:
    """U of a level is twice the root of a limit of 1 kPa, a step of 0.1 kPa and 0.03 kPa of barometer, in metres."""
    (level,) = ask(client, LEVEL, count=5)

    assert len(level["times"]) == 5 and level["times"][-1] == "2026-05-03T11:00:00Z"
    assert level["expanded"] == pytest.approx([2 * (1 / 3 + 0.01 / 12 + 0.0009) ** 0.5 / KPA_PER_M] * 5, rel=1e-5)
    assert (level["unit"], level["coverage_factor"], level["not_stated"]) == ("m", 2.0, [])


def test_each_source_names_who_says_so(client: httpx.Client) -> None:
    """The largest first: the kind's accuracy from a text that another repeats, the barometer by its certificate."""
    (level,) = ask(client, LEVEL)
    said = [(one["datastream"], one["kind"], one["checked"]) for one in level["sources"]]

    assert said[0] == ("n07:vw1.pressure", "accuracy", "secondary")
    assert ("n01:baro.pressure", "calibration", "file") in said
    assert next(one["source"] for one in level["sources"] if one["checked"] == "file") == "certificate 24-117"


def test_a_sum_over_a_window(client: httpx.Client) -> None:
    """24 mm in a day, of a gauge that errs by 1 % of each reading alike: U = 2 x 0.24 / root 3."""
    (rain,) = ask(client, RAIN)

    assert rain["expanded"][-1] == pytest.approx(2 * 0.24 / 3**0.5)


def test_what_is_not_stated_is_null_and_named(client: httpx.Client) -> None:
    """Nothing says how far a frequency alone errs."""
    (frequency,) = ask(client, "vale:n07:vw1.frequency")

    assert set(frequency["expanded"]) == {None}
    assert frequency["not_stated"] == ["n07:vw1.frequency"]


def test_nothing_measured_has_no_times(client: httpx.Client) -> None:
    """Before the first reading there is nothing to be uncertain of."""
    (level,) = ask(client, LEVEL, **{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"})

    assert (level["times"], level["expanded"], level["sources"]) == ([], [], [])


def test_of_the_past_it_is_by_the_file_of_then(client: httpx.Client, database: TestDatabase) -> None:
    """A worse certificate of the barometer does not touch what was said before it was stored."""

    def expanded(as_of: datetime) -> float:
        query = {"datastream": LEVEL, "uncertainty": "true", "as_of": as_of.isoformat()}
        answer = client.get("/api/v1/facilities/vale/series", params=query)
        assert answer.status_code == 200, answer.text
        found: float = answer.json()["series"][0]["uncertainty"]["expanded"][-1]
        return found

    with psycopg.connect(database.conninfo()) as owner:
        before = now(owner)
    then = expanded(before)
    with psycopg.connect(database.conninfo()) as owner:
        text = (
            (VALE.read_text() + MORE).replace("value = 0.6", "value = 6").replace("version = 1\n", "version = 2\n", 1)
        )
        register(owner, parse(text), text)

    by_hand = [2 * (1 / 3 + 0.01 / 12 + barometer_kpa**2) ** 0.5 / KPA_PER_M for barometer_kpa in (0.03, 0.3)]
    with psycopg.connect(database.conninfo()) as owner:
        found = [then, expanded(before), expanded(now(owner))]
    assert found == pytest.approx([by_hand[0], *by_hand], rel=1e-5)
