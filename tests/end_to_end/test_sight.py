"""Never green when blind: facility file and readings in; verdict in api and on pages, alarms and mails out.

Gateway, ingest, assessor, notifier, api and pages are the real ones; only the clock of the first four is given.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.end_to_end.reading_chain import Centre, ReadingChain
from tests.tailings.facilities import VALE
from tests.tailings.floods import flood_plan, rain_sum

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
ERRS_KPA = 3.0 + 2.0 * (1.0 / 3 + 0.01 / 12) ** 0.5
"""The range of the weather, and U of a limit of 1 kPa and a step of 0.1 kPa (tailings/uncertainty/data/kinds.toml)."""
LIMIT = "minimum_freeboard_m = 1.5\n"
TEXT = VALE.read_text().replace("version = 1\n", "version = 2\n", 1)
Open = Callable[..., ReadingChain]


@pytest.fixture
def open_chain(centre: Centre) -> Iterator[Open]:
    """Opens a chain with plans behind the test facility; its limit stays where they watch the freeboard."""
    with ExitStack() as opened:

        def open_one(plans: str, ends_at: float) -> ReadingChain:
            text = TEXT if 'quantity = "freeboard"' in plans else TEXT.replace(LIMIT, "", 1)
            return opened.enter_context(centre.chain(text + plans, ends_at))

        yield open_one


def hertz(level_m: float, tip_m: float, barometer_kpa: float = 96.1) -> float:
    """The frequency [Hz] that gives this level at 12 degC, by the sheets of the test facility (Geokon, linear)."""
    pressure = (level_m - tip_m) * 9.80665 + (barometer_kpa - 96.1)
    return float(((9082.0 - pressure / 0.1795) * 1000) ** 0.5)


def well(level_m: float, barometer_hpa: float | None = 961.0) -> dict[str, float]:
    """What n07 and the barometer read when the water stands there; None: the barometer is dead."""
    kpa = 96.1 if barometer_hpa is None else barometer_hpa / 10
    found = {"n07:vw1.frequency": hertz(level_m, TIP_M, kpa), "n07:vw1.thermistor": OHM_12_DEGC}
    return found if barometer_hpa is None else found | {"n01:baro.pressure": barometer_hpa}


@pytest.mark.case("6", "A dead barometer widens the error of a piezometer by its known size; it goes on deciding")
def test_a_dead_barometer_blinds_no_piezometer(open_chain: Open, centre: Centre) -> None:
    """Three hours without a barometer: the level is suspect by 0.42 m, far below its levels, so the plan sees."""
    chain = open_chain(WELL, 189)
    for at in range(5):
        chain.read(at, well(325.0))
    for at in range(180, 190):
        chain.read(at, well(325.0, None))
    found = chain.assess()

    (margin,) = found.margins
    assert (found.verdict, found.sight) == ("green", "full")
    assert centre.flags(chain, "n07:vw1.level")[-1][1:] == (3, "input.pressure")
    assert centre.verdict(chain) == ("green", "green", "green")
    assert margin.low == pytest.approx(325.0 - ERRS_KPA / 9.80665, abs=0.01)
    assert margin.high == pytest.approx(325.0 + ERRS_KPA / 9.80665, abs=0.01)


@pytest.mark.case("1", "A degraded reading raises when it is past a level by more than its error")
def test_a_degraded_reading_raises_by_its_error(open_chain: Open, centre: Centre) -> None:
    """Without a barometer 330.5 m is past 330.0 m by more than 0.42 m: yellow, by a suspect reading."""
    chain = open_chain(WELL, 182)
    for at in range(3):
        chain.read(at, well(325.0))
    for at in range(180, 183):
        chain.read(at, well(330.5, None))
    found = chain.assess()

    assert (found.verdict, found.level) == ("yellow", "yellow")
    assert centre.verdict(chain) == ("yellow", "yellow", "yellow")
    assert centre.alarms(chain) == [("wall", "level", 1, False)]
    assert [one.partition(",")[0] for one in chain.mails] == ["YELLOW"]


@pytest.mark.case("1", "A degraded reading within its error of a level calls as a suspect one, and sees no more")
def test_a_degraded_reading_that_cannot_decide_is_said(open_chain: Open, centre: Centre) -> None:
    """330.2 m +- 0.42 m may be on either side of 330.0 m: a call "suspect past yellow", and in time blind."""
    chain = open_chain(WELL, 189)
    for at in range(3):
        chain.read(at, well(325.0))
    for at in range(180, 190):
        chain.read(at, well(330.2, None))
    found = chain.assess()

    assert found.verdict != "green"
    assert centre.verdict(chain) == ("yellow", "yellow", "yellow")
    assert centre.alarms(chain) == [("wall", "suspect", 1, False)]
    assert [one.partition(",")[0] for one in chain.mails] == ["SUSPECT past YELLOW"]
    (mode,) = found.failure_modes
    assert (mode.sight, [(one.datastream, one.reason, one.levels) for one in mode.lost]) == (
        "reduced",
        [("n07:vw1.level", "suspect", ("yellow",))],
    )


CERTAIN = """
[tarp.wall]
failure_mode = "water rises in the wall"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.wall.levels]]
level = "red"
when = { datastream = "n07:vw1.level", test = "above", value = 330.0, hysteresis = 0.1 }
[[instruments."n01:baro".uncertainty]]
valid_from = 2024-06-12
source = "certificate 24-117"
terms = [{ quantity = "barometric-pressure", kind = "calibration", value = 0.6, unit = "hPa", coverage_factor = 2 }]
"""


@pytest.mark.parametrize(("level_m", "verdict"), [(329.85, "green"), (329.92, "yellow")])
def test_red_within_the_uncertainty_of_a_reading_is_no_green(
    open_chain: Open, centre: Centre, level_m: float, verdict: str
) -> None:
    """U of the level is 0.118 m (1 kPa, 0.1 kPa and the barometer, k = 2): 8 cm below red is yellow, 15 are not."""
    chain = open_chain(CERTAIN, 9)
    for at in range(10):
        chain.read(at, well(level_m))
    found = chain.assess()

    (margin,) = found.margins
    assert margin.uncertainty == pytest.approx(2 * (1 / 3 + 0.01 / 12 + 0.0009) ** 0.5 / 9.80665, rel=1e-3)
    assert (found.verdict, found.level) == (verdict, "green")
    assert centre.verdict(chain) == (verdict,) * 3
    assert ("possible within the uncertainty" in centre.page(f"/f/{chain.facility.id}/safety")) == (verdict == "yellow")
    assert centre.alarms(chain) == [] and chain.mails == []


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
def test_a_rate_after_an_outage(open_chain: Open, centre: Centre) -> None:
    """The pond rose 1 m in two silent hours (0.5 m/h): red at the first reading. 0.1 m in two hours raises nothing, and
    the plan is blind until an hour is known again."""
    chain = open_chain(RATE, 380)
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
    assert centre.verdict(chain) == ("red", "red", "red")
    assert [one.partition(",")[0] for one in chain.mails] == ["BLIND", "Cleared", "RED"]


DAY = rain_sum("n01:rain.day", 3600) + flood_plan("n01:rain.day")


@pytest.mark.case("15", "A rain sum that already exceeds a level raises although hours are missing")
def test_a_thin_rain_sum_raises(open_chain: Open, centre: Centre) -> None:
    """Three readings of an hour that lacks the others: 60 mm at least is past 50 mm."""
    chain = open_chain(DAY, 2)
    for at in range(3):
        chain.read(at, {"n01:rain.rain": 20.0})

    assert chain.assess().verdict == "red"
    assert centre.verdict(chain) == ("red", "red", "red")


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
def test_a_value_in_the_dead_band_ends_no_run(open_chain: Open, centre: Centre) -> None:
    """339.1, 339.1, 338.95 (within the hysteresis), 339.1: the third reading past the level raises."""
    chain = open_chain(NEAR, 3)
    for at, level in enumerate((339.1, 339.1, 338.95, 339.1)):
        chain.read(at, {"n01:pond.level": level})

    assert chain.assess().verdict == "red"
    assert centre.verdict(chain) == ("red", "red", "red")


FREEBOARD = """
[datastreams."n01:pond.freeboard"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = { level = "n01:pond.level" }
"""


@pytest.mark.case("9", "The minimum freeboard of the facility file counts in the verdict beside plans, and calls")
def test_the_minimum_freeboard_counts(open_chain: Open, centre: Centre) -> None:
    """1.4 m is below the 1.5 m of the file, and no plan says so: red, and an alarm of its own."""
    chain = open_chain(FREEBOARD, 2)
    for at in range(3):
        chain.read(at, {"n01:pond.level": 340.6})
    found = chain.assess()

    assert (found.verdict, [(one.plan, one.kind) for one in found.failure_modes]) == (
        "red",
        [("minimum-freeboard", "limit")],
    )
    assert centre.verdict(chain) == ("red", "red", "red")
    assert centre.alarms(chain) == [("minimum-freeboard", "level", 3, False)]


def weir(instrument: str) -> str:
    """A weir with a vented gauge and a V-notch of 90 degrees, as the facility file states it."""
    return f"""
[instruments."{instrument}"]
driver = "weir_gauge"
pressure = "vented"
[datastreams."{instrument}.height"]
quantity = "gauge-height"
unit = "m"
[datastreams."{instrument}.flow"]
quantity = "seepage-flow"
unit = "L/s"
formula = "v_notch_flow"
inputs = {{ height = "{instrument}.height" }}
geometry = [{{ valid_from = 2024-06-12, angle_deg = 90.0 }}]
"""


DAYS = (
    weir("n02:weir")
    + """\
[datastreams."n01:pond.days"]
quantity = "days-to-minimum-freeboard"
unit = "d"
formula = "days_to_minimum_freeboard"
inputs = { level = "n01:pond.level", inflow = "n02:weir.flow" }
[datastreams."n01:pond.volume"]
quantity = "stored-volume"
unit = "m3"
formula = "stored_volume"
inputs = { level = "n01:pond.level" }
[tarp.filling]
failure_mode = "the pond fills"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.filling.levels]]
level = "yellow"
when = { datastream = "n01:pond.days", test = "below", value = 365.0 }
"""
)
FILLING = TEXT.replace("[334.0, 341.0]", "[334.0, 344.9]", 1) + FREEBOARD + DAYS


@pytest.mark.case("9", "A plan that counts days to the minimum freeboard clears when the pond does not fill")
def test_a_raised_plan_clears_when_the_pond_does_not_fill(centre: Centre) -> None:
    """229.5 d are left (87,500 m3 at 4.41 L/s, by hand): yellow. Then nothing flows: no such day, green, full sight."""
    with centre.chain(FILLING, 5) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": 340.0, "n02:weir.height": 0.1})
        filling = chain.assess()
        for at in range(3, 6):
            chain.read(at, {"n01:pond.level": 340.0, "n02:weir.height": 0.0})
        found, days = chain.assess(), centre.flags(chain, "n01:pond.days")

        assert (filling.verdict, days[2][0]) == ("yellow", pytest.approx(229.5, abs=0.5))
        assert days[-1] == (None, 9, "formula.not-filling")
        assert (found.verdict, found.sight) == ("green", "full")
        assert centre.alarms(chain) == [("filling", "level", 0, False)]  # it fell, and waits for somebody's answer
        assert centre.verdict(chain) == ("green", "green", "green")


@pytest.mark.case("9", "Above the top of its survey a pond has no volume, and the reason is said")
def test_above_the_survey_is_said(centre: Centre) -> None:
    """342.5 m is above the 342.0 m to which the pond was surveyed: missing by that name, 0 days left, and red."""
    with centre.chain(FILLING, 2) as chain:
        for at in range(3):
            chain.read(at, {"n01:pond.level": 342.5, "n02:weir.height": 0.1})
        found = chain.assess()

        assert centre.flags(chain, "n01:pond.volume")[-1] == (None, 9, "formula.above-survey")
        assert centre.flags(chain, "n01:pond.days")[-1][0] == 0.0
        assert "pond above the survey" in centre.page(f"/f/{chain.facility.id}?ds=n01:pond.volume")
        assert (found.verdict, centre.verdict(chain)) == ("red", ("red", "red", "red"))


ALL = """
[tarp.slope]
failure_mode = "a full pond beside a wet slope"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.slope.levels]]
level = "red"
when = { all = [
  { datastream = "n01:pond.level", test = "above", value = 339.0 },
  { datastream = "n07:vw1.level", test = "above", value = 330.0, stale_after_s = 3600 },
] }
"""


@pytest.mark.case("15", "An `all` says how old its partner may be; an older one is lost, by name, and makes no green")
@pytest.mark.parametrize(
    ("well_m", "minute", "verdict", "sight", "lost"),
    [
        (325.0, 30, "green", "full", []),
        (325.0, 90, "blind", "blind", ["silent"]),
        (331.0, 30, "red", "full", []),
        (331.0, 90, "red", "reduced", ["silent"]),
    ],
)
def test_an_all_says_how_old_its_partner_may_be(
    open_chain: Open, centre: Centre, well_m: float, minute: int, verdict: str, sight: str, lost: list[str]
) -> None:
    """The well, level 330 m, speaks at minute 0 alone, and the file allows it an hour; then the pond passes its level.

    What a silent partner said last is not taken back: past its level it raises, and the mail says how old it is.
    """
    chain = open_chain(ALL, minute)
    chain.read(0, well(well_m) | {"n01:pond.level": 337.0})
    for at in range(minute - 2, minute + 1):
        chain.read(at, {"n01:pond.level": 339.5})
    found = chain.assess()
    (mode,) = found.failure_modes

    assert (found.verdict, mode.sight) == (verdict, sight)
    assert [(one.datastream, one.reason) for one in mode.lost] == [("n07:vw1.level", reason) for reason in lost]
    assert centre.verdict(chain) == (verdict, verdict, verdict)
    assert [subject.partition(",")[0] for subject in chain.mails] == ([verdict.upper()] if verdict != "green" else [])
    if (verdict, minute) == ("red", 90):
        assert re.search(r"Water level 331.00 m at (\d+ \w+ )?\d\d:\d\d WES?T, 1 h 30 min ago", chain.bodies[0])


def test_a_facility_without_a_plan_is_not_monitored(open_chain: Open, centre: Centre) -> None:
    """Its readings arrive, its freeboard is ample, and nobody judges the dam: it is not green, and calls nobody."""
    chain = open_chain(FREEBOARD, 2)
    for at in range(3):
        chain.read(at, {"n01:pond.level": 337.0})

    assert chain.assess().verdict == "not-monitored"
    assert centre.verdict(chain) == ("not-monitored", "not-monitored", "not-monitored")
    assert (centre.alarms(chain), chain.mails) == ([], [])


TWO_WELLS = """
[tarp.wall]
failure_mode = "water rises in the wall"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
[[tarp.wall.levels]]
level = "red"
when = { any = [
  { datastream = "n01:pond.level", test = "above", value = 339.0 },
  { datastream = "n07:vw1.level", test = "above", value = 332.0 },
] }
"""


@pytest.mark.case(
    "2", "A lost test beside a good one is reduced sight beside green; without both a plan is blind, and calls"
)
def test_sight_is_lost_in_steps(open_chain: Open, centre: Centre) -> None:
    """The piezometer is silent for an hour, then the pond too: green and reduced, then blind, and a mail."""
    chain = open_chain(TWO_WELLS, 120)
    for at in range(5):
        chain.read(at, well(325.0) | {"n01:pond.level": 337.0})
    for at in range(5, 60):
        chain.read(at, {"n01:pond.level": 337.0})
    reduced = chain.assess()
    chain.at = 120
    blind = chain.assess()

    assert (reduced.verdict, reduced.sight) == ("green", "reduced")
    assert [(one.datastream, one.reason) for one in reduced.failure_modes[0].lost] == [("n07:vw1.level", "silent")]
    assert (blind.verdict, {one.datastream for one in blind.failure_modes[0].lost}) == (
        "blind",
        {"n01:pond.level", "n07:vw1.level"},
    )
    assert centre.verdict(chain) == ("blind", "blind", "blind")
    assert [one.partition(",")[0] for one in chain.mails] == ["BLIND"]
