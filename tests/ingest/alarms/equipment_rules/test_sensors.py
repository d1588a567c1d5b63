"""Case 8: a datastream that gives nothing while its node reports.

Nodes of the test facility measure every 60 s, the barometer every 600 s; three intervals are borne. Times are minutes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ingest.alarms import Equipment
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import POND, TEXT, minute
from tests.ingest.notifications.desk import Desk, opened
from tests.servers import TestDatabase
from tests.tailings.facilities import not_of_a_node

BATTERY, RAIN = "n01:battery.voltage", "n01:rain.rain"
FREQUENCY, PRESSURE, LEVEL = "n02:vw1.frequency", "n02:vw1.pressure", "n02:vw1.level"
OTHERS = ("disk", "no-recipient")
Told = list[tuple[str, str]]


class Site:
    """A dam whose equipment is looked at."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self._equipment = Equipment(folder, None, lambda: desk.dam.now)

    def beat(self, name: str, start: float, stop: float, value: float | None = 12.6, **more: object) -> None:
        """A reading a minute of [start, stop]."""
        rows = [(start + step, value) for step in range(int(stop - start) + 1)]
        self.desk.dam.put(rows, name=name, **more)  # type: ignore[arg-type]

    def look(self, at: float) -> Told:
        """Rule and subject of what is open after a look, but of the machine and of who is told."""
        self.desk.dam.now = minute(at)
        with self.desk.dam.connection.transaction():
            self._equipment.look(self.desk.dam.connection)
        self.desk.notifier.round()
        rows = self.desk.dam.rows(
            "SELECT rule, subject FROM alarm_event WHERE family = 'maintenance' AND closed_at IS NULL"
            " AND rule <> ALL (%s) ORDER BY rule, subject",
            (list(OTHERS),),
        )
        return [(rule, subject) for rule, subject in rows]

    def titles(self) -> list[str]:
        """What stands, but of the machine and of who is told."""
        return sorted(self.desk.dam.titles("closed_at IS NULL AND rule <> ALL (%s)", (list(OTHERS),)))


@pytest.fixture
def site(connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path) -> Iterator[Site]:
    """Somebody in the workshop is told of the equipment, and a shift of the dam."""
    with opened(connection, store, vale) as desk:
        desk.add("shift")
        desk.add("workshop", family="maintenance")
        yield Site(desk, tmp_path)


@pytest.fixture
def applied(vale: TestDatabase) -> Callable[[float], None]:
    """Says that the facility file names its datastreams since a minute of the dam's clock."""

    def set_back(at: float) -> None:
        with psycopg.connect(vale.conninfo(), autocommit=True) as owner:
            owner.execute("UPDATE datastream SET known_since = %s", (minute(at),))

    return set_back


@pytest.mark.case("8", "A sensor that gives nothing while its node reports is told after three of its intervals, once.")
def test_a_dead_sensor_on_a_live_node_is_told(site: Site) -> None:
    """Three minutes are borne, one more is not; the workshop hears of it once, and it ends with the next reading."""
    site.beat(BATTERY, 0, 3)
    site.beat(POND, 0, 0, 337.0)
    borne = site.look(3.5)
    site.beat(BATTERY, 4, 9)
    found = [site.look(at) for at in (4.2, 6.0, 9.5)]
    site.beat(POND, 10, 10, 337.0)
    site.beat(BATTERY, 10, 10)
    after = site.look(10.5)

    assert (borne, found, after) == ([], [[("stale", POND)]] * 3, [])
    ((subject, body),) = site.desk.sink.mails
    assert subject == ("Equipment, Vale do Sino: n01:pond.level silent since 24 Nov 16:00 WET, but its node reports")
    assert "Do first: Check the instrument and its cable" in body


@pytest.mark.case("8", "What is derived from a dead sensor is not told again: one cause, one alarm.")
def test_what_is_derived_from_it_is_not_told_again(site: Site) -> None:
    """The frequency is dead, and so are pressure and level, which come from it; a level alone is told for itself."""
    for name, value in ((FREQUENCY, 2800.0), (PRESSURE, 50.0), (LEVEL, 330.0)):
        site.beat(name, 0, 0, value)
    site.beat("n02:battery.voltage", 0, 9)
    raw = site.look(9.5)
    site.beat(FREQUENCY, 10, 20, 2800.0)
    site.beat(PRESSURE, 10, 20, 50.0)
    site.beat("n02:battery.voltage", 10, 20)
    derived = site.look(20.5)

    assert (raw, derived) == ([("stale", FREQUENCY)], [("stale", LEVEL)])


@pytest.mark.case("8", "Many dead sensors of a node are one alarm, and stay one until none is left.")
def test_many_of_a_node_are_one(site: Site) -> None:
    """Four raw channels of a piezometer fall out: one call; two come back: still the same one; all: it is over."""
    names = [f"n02:vw1.{channel}" for channel in ("frequency", "thermistor", "snr", "amplitude")]
    for name in names:
        site.beat(name, 0, 0, 1.0)
    site.beat("n02:battery.voltage", 0, 9)
    four = site.look(9.5), site.titles()
    for name in names[:2]:
        site.beat(name, 10, 10, 1.0)
    site.beat("n02:battery.voltage", 10, 10)
    two = site.look(10.5), site.titles()
    for name in names:
        site.beat(name, 11, 11, 1.0)
    site.beat("n02:battery.voltage", 11, 11)

    assert four == (
        [("stale", "n02")],
        [
            "Node n02 reports, but 4 of its series are unusable:"
            " n02:vw1.frequency, n02:vw1.thermistor, n02:vw1.snr and 1 more"
        ],
    )
    assert two[0] == [("stale", "n02")] and "2 of its series" in two[1][0]
    assert site.look(11.5) == []
    assert len(site.desk.sink.mails) == 1


def test_of_a_silent_node_nothing_more_is_told(site: Site) -> None:
    """Its battery, its pond and its rain are silent with it: one alarm."""
    for name in (BATTERY, POND, RAIN):
        site.beat(name, 0, 0, 1.0)

    assert site.look(30) == [("silent-node", "n01")]
    assert len(site.desk.sink.mails) == 1


def test_what_a_person_or_a_gateway_adds_is_no_sign_of_life(
    connection: Connection, store: Store, vale: TestDatabase, tmp_path: Path
) -> None:
    """A dip by hand and the level of the gateway's alarm come as ever: the node is silent all the same."""
    with opened(connection, store, vale, TEXT + not_of_a_node("overtopping")) as desk:
        site = Site(desk, tmp_path)
        site.beat(POND, 0, 0, 337.0)
        site.beat("n01:dip.level", 0, 30, 330.0)
        site.beat("n01:alarm.level", 0, 30, 0.0)

        assert site.look(30) == [("silent-node", "n01")]


def test_a_backlog_that_comes_in_names_no_sensor(site: Site) -> None:
    """A gateway that was away for a day brings its oldest readings first: all datastreams of the node are as far."""
    site.beat(BATTERY, 0, 30)
    site.beat(POND, 0, 30, 337.0)
    site.beat("n01:baro.pressure", 0, 30, 96.1)

    found = site.look(24 * 60)
    assert found == [("silent-node", "n01")]


@pytest.mark.case(
    "8", "A datastream of the file that was never read is told when its node has reported for three intervals."
)
def test_what_was_never_read_is_told(site: Site, applied: Callable[[float], None]) -> None:
    """From the file on, or from the node's first reading on, whichever is later."""
    applied(0)
    for name in (POND, RAIN):
        site.beat(name, 10, 13, 1.0)
    site.beat("n01:baro.pressure", 10, 13, 96.1)
    borne = site.look(13)
    for name in (POND, RAIN):
        site.beat(name, 14, 14, 1.0)

    assert (borne, site.look(14)) == ([], [("never-read", BATTERY)])
    assert site.titles() == ["n01:battery.voltage never measured, but its node reports"]


def test_what_is_new_in_the_file_has_three_intervals(site: Site, applied: Callable[[float], None]) -> None:
    """The node has reported for long; the file that names the datastream is new."""
    applied(28)
    for name in (POND, RAIN):
        site.beat(name, 0, 30, 1.0)
    site.beat("n01:baro.pressure", 0, 30, 96.1)

    assert site.look(30.5) == []


@pytest.mark.case("8", "Readings that are missing, or rejected, for three intervals are told; a single one is not.")
@pytest.mark.parametrize(
    ("value", "more", "rule", "title"),
    [
        (None, {}, "missing", "n01:pond.level gives no value"),
        (
            399.0,
            {"quality": 4, "tests": "gross_range"},
            "rejected",
            "n01:pond.level readings rejected by gross range",
        ),
    ],
)
def test_readings_that_cannot_be_used_are_told(
    site: Site, value: float | None, more: dict[str, object], rule: str, title: str
) -> None:
    """The last good one stands at minute 2; those of 3 to 5 are borne, that of 6 is one too many."""
    site.beat(POND, 0, 2, 337.0)
    site.beat(BATTERY, 0, 6)
    site.beat(POND, 3, 5, value, **more)
    borne = site.look(5.5)
    site.beat(POND, 6, 6, value, **more)
    found = site.look(6.5), site.titles()
    site.beat(POND, 7, 7, 337.0)

    assert (borne, found) == ([], ([(rule, POND)], [title]))
    assert site.look(7.5) == []


def test_doubted_readings_are_readings(site: Site) -> None:
    """Suspect is another rule's; and one good reading in three intervals is enough."""
    site.beat(POND, 0, 9, 341.0, quality=3, tests="spike")
    site.beat(BATTERY, 0, 9)
    for at in range(10):
        site.beat(RAIN, at, at, None if at % 3 else 0.0)

    assert site.look(9.5) == []
