"""The demo's story on simulated time: 80 mm of rain, the pond, the piezometers, yellow; answered, acted on, lowered."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from codec.batch import BatchObservation
from ingest.alarms import Equipment, Levels, NotPossible, operator_actions
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings import parse
from tailwatch.demo import water
from tailwatch.demo.dam import DAY_S, SEED
from tailwatch.demo.instruments import PIEZOMETERS
from tests.api import people
from tests.api.server import ApiServer
from tests.ingest.batches import arrival, message
from tests.servers import TestDatabase

FILE = Path(water.__file__).with_name("dam.toml")
HOUR_S = 3600
STORM_S = 1_780_005_600  # 2026-05-28T22:00:00Z
FIRST_S = STORM_S - 3 * int(DAY_S)
SHIFT, ENGINEER, ROLE = "user:2", "user:4", "Engineer of Record"
TOLD = (
    "Rain",
    "sum ",
    "n02:pond.level",
    "n03:vw1.level",
    "Raised to yellow",
    "on my way",
    "Walk over benches 2 and 3",
    "done, photo 4",
    "Lowered to green",
    "both rates are back",
    "It reached yellow.",
)
"""What the page of the alarm shows: what stood around it, what was asked for and done, and by whom it was lowered."""
RAIN, POND, WELL, AIR = "n01:rain.rain", "n02:pond.level", "n03:vw1.level", "n01:baro.pressure"
OF_LEVELS = "FROM alarm_event WHERE type = 'level'"


class Story:
    """The demo's facility in a database, its truth, and a clock that both follow."""

    def __init__(self, connection: Connection, store: Store, folder: Path) -> None:
        self.connection, self._store = connection, store
        self.now_s = FIRST_S
        self.truth = water.simulate(FIRST_S, STORM_S + 6 * DAY_S, SEED, PIEZOMETERS, STORM_S)
        text = FILE.read_text()
        with connection.transaction():
            facility.register(connection, parse(text), text)
        store.greet(connection)
        self._levels, self._equipment = Levels(self._clock), Equipment(folder, None, self._clock)
        self._epochs = 0
        self.air = 961.0
        operator_actions.name_role(connection, "demo", ROLE, ENGINEER, "user:1", is_taken=False)

    def _clock(self) -> datetime:
        return datetime.fromtimestamp(self.now_s, UTC)

    def now(self) -> datetime:
        """The time of the story."""
        return self._clock()

    def run(self, hours: int) -> None:
        """Let so many hours pass: five-minute readings arrive each hour, and ingest looks."""
        for _ in range(hours):
            times = np.arange(self.now_s, self.now_s + HOUR_S, 300.0)
            self.now_s += HOUR_S
            values = {
                RAIN: self.truth.at(self.truth.rain_mm, times) / 12,
                POND: self.truth.at(self.truth.pond_m, times),
                WELL: self.truth.at(self.truth.levels_m["n03:vw1"], times),
                AIR: np.full(times.size, self.air),
            }
            self._put(times, values)
            self._look()

    def row(self, statement: str) -> tuple[object, ...]:
        """The first row of a question."""
        row = self.connection.execute(statement.encode()).fetchone()
        assert row is not None
        return row

    def _put(self, times: np.ndarray, values: dict[str, np.ndarray]) -> None:
        rows = [
            BatchObservation(
                name,
                round(time * 1000),
                None if np.isnan(value) else float(value),
                9 if np.isnan(value) else 1,
                None,
                cfg=None,
                unit=None,
                missing="timeout" if np.isnan(value) else None,
            )
            for name, column in values.items()
            for time, value in zip(times, column, strict=True)
        ]
        self._epochs += 1
        payload = message(0, rows, epoch=f"{self._epochs:08x}", facility="demo")
        with self.connection.transaction():
            written = self._store.write(self.connection, [arrival(payload, facility="demo")])
        self._store.committed(written)

    def _look(self) -> None:
        with self.connection.transaction():
            while self._levels.follow(self.connection):
                pass
        with self.connection.transaction():
            self._equipment.look(self.connection)


@pytest.fixture
def story(connection: Connection, store: Store, tmp_path: Path) -> Iterator[Story]:
    """Three days before the storm."""
    yield Story(connection, store, tmp_path)


def answer(story: Story, alarm: int) -> None:
    """The shift acknowledges and does what is asked for; when the rates are back, the named role alone lowers."""
    connection = story.connection
    operator_actions.acknowledge(connection, "demo", alarm, SHIFT, "on my way", now=story.now())
    for (action,) in connection.execute("SELECT id FROM alarm_action WHERE event_id = %s", (alarm,)).fetchall():
        operator_actions.close_action(connection, "demo", action, SHIFT, "done, photo 4", now=story.now())
    story.run(30)
    with pytest.raises(NotPossible, match="Engineer of Record alone"):
        operator_actions.lower(connection, "demo", alarm, SHIFT, "looks fine", now=story.now())
    operator_actions.lower(connection, "demo", alarm, ENGINEER, "both rates are back", now=story.now())


def test_the_storm_from_the_rain_to_the_signature(story: Story, vale: TestDatabase, tmp_path: Path) -> None:
    """80 mm of rain, yellow at the hour that the truth says; acknowledged, both actions closed, lowered, over.

    Then the barometer fails. All of it can be read on the pages of the two alarms.
    """
    connection = story.connection
    hours = np.arange(STORM_S, STORM_S + 24 * HOUR_S, HOUR_S)
    assert story.truth.at(story.truth.rain_mm, hours).sum() == pytest.approx(80, abs=0.5)
    story.run(3 * 24)
    assert story.row(f"SELECT count(*) {OF_LEVELS} AND family = 'dam' AND NOT is_simulated") == (0,)
    story.run(12)

    alarm, began_at, level, context = story.row(
        f"SELECT id, began_at, level, context {OF_LEVELS} AND rule = 'storm' AND closed_at IS NULL"
    )
    assert isinstance(alarm, int) and isinstance(began_at, datetime) and isinstance(context, list)
    assert began_at == expected(story) and level == 1
    around = {one["datastream"]: one for one in context}
    assert around["demo:n01:rain.rain"]["sum_24h"] > 40
    assert {"demo:n02:pond.level", "demo:n03:vw1.level"} <= set(around)

    answer(story, alarm)
    assert story.row(f"SELECT closed_at IS NOT NULL, highest {OF_LEVELS} AND rule = 'storm'") == (True, 1)
    kinds = connection.execute("SELECT kind FROM alarm_history WHERE event_id = %s ORDER BY id", (alarm,)).fetchall()
    assert [kind for (kind,) in kinds] == [
        "raised",
        "acknowledged",
        "action-closed",
        "action-closed",
        "returned",
        "lowered",
        "closed",
    ]

    story.air = float("nan")
    story.run(3)
    (fault,) = story.row("SELECT id FROM alarm_event WHERE rule = 'barometer'")
    with reading(vale, tmp_path) as read:
        told, failed = read(f"/alarms/{alarm}"), read(f"/alarms/{fault}")
    assert [words for words in TOLD if words not in told] == []
    assert "Barometer of node n01 gives no good value" in failed
    assert "says nothing about the dam" in failed


@contextmanager
def reading(database: TestDatabase, folder: Path) -> Iterator[Callable[[str], str]]:
    """The pages over this database, read by somebody of the shift."""
    people.add_user(database.conninfo(), "shift", demo="annotate")
    server = ApiServer(folder, database.conninfo("tailwatch_api")).start()
    with httpx.Client(base_url=server.url, timeout=60, follow_redirects=True) as client:
        people.log_in(client, "shift")
        yield lambda address: html.unescape(client.get(address).raise_for_status().text)
    server.stop()


def expected(story: Story) -> datetime:
    """When both rates over 24 h have been past their limits for three readings, by the truth itself."""
    times = np.arange(FIRST_S, STORM_S + 12 * HOUR_S, 300.0)
    is_past = np.ones(times.size, dtype=bool)
    for series, limit in ((story.truth.pond_m, 0.0085), (story.truth.levels_m["n03:vw1"], 0.004)):
        values = story.truth.at(series, times)
        rate = np.full(times.size, -np.inf)
        rate[288:] = (values[288:] - values[:-288]) / 24
        past = rate > limit
        is_past &= past & np.roll(past, 1) & np.roll(past, 2)
    return datetime.fromtimestamp(times[int(np.argmax(is_past))], UTC)


def test_a_failed_barometer_is_for_the_workshop(story: Story) -> None:
    """Its readings are missing: an alarm of the equipment, and no plan moves."""
    story.run(26)
    story.air = float("nan")
    story.run(3)

    found = story.connection.execute(
        "SELECT family, rule, subject FROM alarm_event WHERE rule = 'barometer'"
    ).fetchall()
    assert found == [("maintenance", "barometer", "n01:baro.pressure")]
    assert story.row("SELECT count(*) FROM tarp_level_change WHERE plan <> 'drain'") == (0,)
    assert story.now() - datetime.fromtimestamp(FIRST_S, UTC) == timedelta(hours=29)
