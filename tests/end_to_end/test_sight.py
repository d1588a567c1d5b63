"""Never green when blind: facility file and readings in, assessment and alarms out, through gateway and centre."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.end_to_end.answers import Chain, hertz
from tests.ingest.conftest import connection, schema, store, vale
from tests.tailings.facilities import VALE

__all__ = ["connection", "schema", "store", "vale"]

TIP_M = 318.4
OHM_12_DEGC = 5414.0
"""Of the thermistor at 12 degC (Geokon 3k), the temperature of the field zero."""
WELL = """
[tarp.wall]
failure_mode = "water rises in the wall"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.wall.levels]]
level = "yellow"
when = { datastream = "n07:vw1.level", test = "above", value = 330.0, hysteresis = 0.1 }
[[tarp.wall.levels]]
level = "red"
when = { datastream = "n07:vw1.level", test = "above", value = 332.0, hysteresis = 0.1 }
"""
LIMIT = "minimum_freeboard_m = 1.5\n"
TEXT = VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
Open = Callable[[str], Chain]


@pytest.fixture
def open_chain(tmp_path: Path, connection: Connection, store: Store) -> Iterator[Open]:
    """Opens a chain with plans behind the test facility; its limit stays where they watch the freeboard."""
    opened: list[Chain] = []

    def open_one(plans: str) -> Chain:
        is_watched = 'quantity = "freeboard"' in plans
        opened.append(Chain(tmp_path, connection, store, (TEXT if is_watched else TEXT.replace(LIMIT, "", 1)) + plans))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def well(level_m: float, barometer_hpa: float | None = 961.0) -> dict[str, float]:
    """What n07 and the barometer read when the water stands there; None: the barometer is dead."""
    kpa = 96.1 if barometer_hpa is None else barometer_hpa / 10
    found = {"n07:vw1.frequency": hertz(level_m, TIP_M, kpa), "n07:vw1.thermistor": OHM_12_DEGC}
    return found if barometer_hpa is None else found | {"n01:baro.pressure": barometer_hpa}


@pytest.mark.case("6", "A dead barometer widens the error of a piezometer by its known size; it goes on deciding")
def test_a_dead_barometer_blinds_no_piezometer(open_chain: Open) -> None:
    """Three hours without a barometer: the level is suspect by 0.41 m, far below its levels, so the plan sees."""
    chain = open_chain(WELL)
    for at in range(5):
        chain.read(at, well(325.0))
    for at in range(180, 190):
        chain.read(at, well(325.0, None))
    found = chain.assess()

    (margin,) = found.margins
    assert (found.verdict, found.sight) == ("green", "full")
    assert chain.rows(
        "SELECT quality, tests FROM latest JOIN datastream ON id = datastream_id WHERE name = %s",
        ("vale:n07:vw1.level",),
    ) == [(3, "input.pressure")]
    assert margin.low == pytest.approx(325.0 - 4 / 9.80665, abs=0.01)
    assert margin.high == pytest.approx(325.0 + 4 / 9.80665, abs=0.01)


@pytest.mark.case("1", "A degraded reading raises when it is past a level by more than its error")
def test_a_degraded_reading_raises_by_its_error(open_chain: Open) -> None:
    """Without a barometer 330.5 m is past 330.0 m by more than 0.41 m: yellow, by a suspect reading."""
    chain = open_chain(WELL)
    for at in range(3):
        chain.read(at, well(325.0))
    for at in range(180, 183):
        chain.read(at, well(330.5, None))
    found = chain.assess()

    assert (found.verdict, found.level) == ("yellow", "yellow")
    assert chain.rows("SELECT type, level FROM alarm_event WHERE family = 'dam'") == [("level", 1)]


@pytest.mark.case("1", "A degraded reading within its error of a level calls as a suspect one, and sees no more")
def test_a_degraded_reading_that_cannot_decide_is_said(open_chain: Open) -> None:
    """330.2 m +- 0.41 m may be on either side of 330.0 m: a call "suspect past yellow", and in time blind."""
    chain = open_chain(WELL)
    for at in range(3):
        chain.read(at, well(325.0))
    for at in range(180, 190):
        chain.read(at, well(330.2, None))
    found = chain.assess()

    assert found.verdict != "green"
    assert chain.rows("SELECT type, level FROM alarm_event WHERE family = 'dam' ORDER BY type") == [("suspect", 1)]
    (mode,) = found.failure_modes
    assert (mode.sight, [(one.datastream, one.reason, one.levels) for one in mode.lost]) == (
        "reduced",
        [("n07:vw1.level", "suspect", ("yellow",))],
    )


RATE = """
[tarp.storm]
failure_mode = "the pond rises fast"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.storm.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 0.2, rate_over_s = 3600 }
"""


@pytest.mark.case("10", "The change across an outage counts, and a rate is blind until it is known again")
def test_a_rate_after_an_outage(open_chain: Open) -> None:
    """The pond rose 1 m in two silent hours (0.5 m/h): red at the first reading. 0.1 m in two hours raises nothing, and
    the plan is blind until an hour is known again."""
    chain = open_chain(RATE)
    for at in range(70):
        chain.read(at, {"n01:pond.level": 337.0})
    assert chain.assess().verdict == "green"
    chain.read(190, {"n01:pond.level": 337.1})
    slow = chain.assess()
    for at in range(191, 260):
        chain.read(at, {"n01:pond.level": 337.1})
    known = chain.assess()
    chain.read(380, {"n01:pond.level": 338.1})

    (lost,) = slow.failure_modes[0].lost
    assert (slow.verdict, lost.reason) == ("blind", "rate-unknown")
    assert known.verdict == "green"
    assert chain.assess().verdict == "red"


DAY = """
[datastreams."n01:rain.day"]
quantity = "rain"
unit = "mm"
formula = "rain_sum"
inputs = { rain = "n01:rain.rain" }
parameters = { window_s = 3600 }
[tarp.flood]
failure_mode = "a flood"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.flood.levels]]
level = "red"
when = { datastream = "n01:rain.day", test = "above", value = 50.0 }
"""


@pytest.mark.case("15", "A rain sum that already exceeds a level raises although hours are missing")
def test_a_thin_rain_sum_raises(open_chain: Open) -> None:
    """Three readings of an hour that lacks the others: 60 mm at least is past 50 mm."""
    chain = open_chain(DAY)
    for at in range(3):
        chain.read(at, {"n01:rain.rain": 20.0})

    assert chain.assess().verdict == "red"


NEAR = """
[tarp.freeboard]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.freeboard.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 339.0, hysteresis = 0.2, for_n = 3 }
"""


@pytest.mark.case("15", "Persistence survives a value inside the dead band")
def test_a_value_in_the_dead_band_ends_no_run(open_chain: Open) -> None:
    """339.1, 339.1, 338.95 (within the hysteresis), 339.1: the third reading past the level raises."""
    chain = open_chain(NEAR)
    for at, level in enumerate((339.1, 339.1, 338.95, 339.1)):
        chain.read(at, {"n01:pond.level": level})

    assert chain.assess().verdict == "red"


FREEBOARD = """
[datastreams."n01:pond.freeboard"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = { level = "n01:pond.level" }
"""


@pytest.mark.case("9", "The minimum freeboard of the facility file counts in the verdict beside plans, and calls")
def test_the_minimum_freeboard_counts(open_chain: Open) -> None:
    """1.4 m is below the 1.5 m of the file, and no plan says so: red, and an alarm of its own."""
    chain = open_chain(FREEBOARD)
    for at in range(3):
        chain.read(at, {"n01:pond.level": 340.6})
    found = chain.assess()

    assert (found.verdict, [(one.plan, one.kind) for one in found.failure_modes]) == (
        "red",
        [("minimum-freeboard", "limit")],
    )
    assert chain.rows("SELECT rule, type, level, is_simulated FROM alarm_event WHERE family = 'dam'") == [
        ("minimum-freeboard", "level", 3, False)
    ]


def test_a_facility_without_a_plan_is_not_monitored(open_chain: Open) -> None:
    """Its readings arrive, its freeboard is ample, and nobody judges the dam: it is not green, and calls nobody."""
    chain = open_chain(FREEBOARD)
    for at in range(3):
        chain.read(at, {"n01:pond.level": 337.0})

    assert chain.assess().verdict == "not-monitored"
    assert chain.rows("SELECT count(*) FROM alarm_event WHERE family = 'dam'") == [(0,)]
