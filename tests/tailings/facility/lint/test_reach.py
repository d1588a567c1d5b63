"""How far values reach, against calculations by hand of what instrument, formula and filter let pass."""

import math

import msgspec
import pytest
from msgspec import structs

from tailings import formulas
from tailings.facility import Datastream, Instrument
from tailings.facility.lint.reach import DOWN, UP, TestReach
from tailings.facility.plans import Reference
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import loop, piezometer, pond, stream, weir
from tests.tailings.formulas.examples import dated_of


def ends(text: str, datastream: str, against: Reference | None = None) -> tuple[float, float]:
    """Lowest and highest value that passes."""
    facility, _ = small.small(text)
    reach = TestReach(facility, datastream, against)
    return reach.end(DOWN).value, reach.end(UP).value


def flow_l_s(head_m: float) -> float:
    """Flow over the notch by equation 7-3 of the USBR Water Measurement Manual, with Ce 0.578 and kh 0.85 mm."""
    return 8000 / 15 * 0.578 * math.sqrt(2 * 9.80665) * (head_m + 0.00085) ** 2.5


def pressure_kpa(hz: float, degc: float, kpa: float) -> float:
    """Geokon's equation for the calibration that is in force last."""
    return -0.1795 * (hz * hz / 1000 - 9082.0) + 0.05 * (degc - 12.0) - (kpa - 96.1)


def test_a_loop_reaches_to_where_it_is_saturated() -> None:
    """From 3.8 to 20.5 mA (NAMUR NE 43) on the line from 335 m at 4 mA to 343 m at 20 mA."""
    assert ends(loop(), "n1:loop.level") == pytest.approx((335 - 0.2 / 16 * 8, 335 + 16.5 / 16 * 8), rel=1e-9)


def test_a_suspect_range_ends_the_reach() -> None:
    """What is suspect is no value that passes, though it is no failure."""
    text = loop(gross_range={"fail": [330.0, 350.0], "suspect": [336.0, 340.5]})

    assert ends(text, "n1:loop.level") == pytest.approx((336.0, 340.5), rel=1e-9)


def test_a_reading_without_a_limit_has_no_end() -> None:
    """Neither to one side nor to the other; a formula hands it on."""
    distance = stream("n2:pond.distance", "distance", "m")
    top = "sensor_m = 345.0"
    inputs = {"distance": "n2:pond.distance"}
    level = stream("n2:pond.deep", "pond-level", "m", None, "level_from_distance", geometry=top, **inputs)

    assert ends(pond(), "n2:pond.level") == (-math.inf, math.inf)
    assert ends(distance + level, "n2:pond.deep") == (-math.inf, math.inf)


def test_a_weir_reaches_to_its_highest_head() -> None:
    """Below 0.06 m and above 0.38 m the flow is doubted by its formula; a dry notch is a flow of 0."""
    assert ends(weir(), "n1:weir.flow") == pytest.approx((0.0, flow_l_s(0.38)), rel=1e-9)
    assert flow_l_s(0.38) == pytest.approx(122.3, abs=0.1)


def test_a_piezometer_reaches_as_far_as_its_three_readings_do() -> None:
    """By the last calibration, though it has ended; at the thermistor's 150 degC and the lowest pressure of the air."""
    low, high = ends(piezometer(), "n2:vw1.pressure")

    assert high == pytest.approx(pressure_kpa(400.0, 150.0, 90.0), rel=1e-9)
    assert low == pytest.approx(pressure_kpa(6000.0, -50.0, 102.0), rel=1e-9)


def test_an_angle_goes_round() -> None:
    """A formula that is not monotone is followed to its own top: a segment of 3.5 m moves by 3.5 m at most."""
    tilt = '[instruments."n1:chain"]\ndriver = "inclinometer_chain"\nsettings = { segments = 2 }\n' + "".join(
        stream(f"n1:chain.tilt-{one}", "tilt", "deg") for one in (1, 2)
    )
    zeros = "length_m = [3.5, 3.5], zero_deg = [0.0, 30.0]"
    inputs = {f"tilt_{one}": f"n1:chain.tilt-{one}" for one in (1, 2)}
    moved = stream("n1:chain.d2", "displacement", "mm", None, "chain_displacement", geometry=zeros, **inputs)

    assert ends(tilt + moved, "n1:chain.d2") == pytest.approx((-7000 - 1750, 7000 - 1750), rel=1e-6)


def test_a_volume_ends_with_its_survey() -> None:
    """Beyond the surveyed levels there is no volume: 870,000 m3 at 342 m, though the loop goes on to 343 m."""
    volume = stream("n1:loop.volume", "stored-volume", "m3", None, "stored_volume", level="n1:loop.level")

    assert ends(loop() + volume, "n1:loop.volume")[1] == pytest.approx(870_000.0, rel=1e-9)


def test_of_two_seasons_the_wider_counts() -> None:
    """A winter up to 338 m and a summer up to 341 m: the union, on a day of that season."""
    seasons = [
        {"period": "month", "span": [1, 5], "suspect": [334.0, 338.0]},
        {"period": "dayofyear", "span": [152, 366], "suspect": [335.0, 341.0]},
    ]
    facility, _ = small.small(pond(climatology={"seasons": seasons}))
    reach = TestReach(facility, "n2:pond.level")

    assert (reach.end(DOWN).value, reach.end(UP).value) == (334.0, 341.0)
    assert reach.end(UP).day >= 151 > reach.end(DOWN).day


def test_a_sum_over_hours_is_limited_by_its_own_filter_alone() -> None:
    """What looks back is not reckoned from one state of the readings."""
    rain = stream("n1:rain.rain", "rain", "mm", {"gross_range": {"fail": [0.0, 50.0]}})
    day = "window_s = 86400.0"
    free = stream("n1:rain.day", "rain", "mm", None, "rain_sum", parameters=day, rain="n1:rain.rain")
    kept = {"gross_range": {"fail": [0.0, 500.0]}}

    assert ends(rain + free, "n1:rain.day")[1] == math.inf
    assert ends(
        rain + stream("n1:rain.day", "rain", "mm", kept, "rain_sum", parameters=day, rain="n1:rain.rain"), "n1:rain.day"
    ) == (
        0.0,
        500.0,
    )


def test_a_difference_reaches_from_one_end_to_the_other() -> None:
    """Level of 336 to 340.5 m held against 0.5 m + 2 x a pond of 334 to 341 m."""
    text = loop(gross_range={"fail": [336.0, 340.5]}) + pond(gross_range={"fail": [334.0, 341.0]})
    against = Reference("n2:pond.level", factor=2.0, offset=0.5)

    found = ends(text, "n1:loop.level", against)
    assert found == pytest.approx((336 - 0.5 - 2 * 341, 340.5 - 0.5 - 2 * 334), rel=1e-9)


def test_what_no_value_passes_has_no_end() -> None:
    """A range of currents that the formula calls broken leaves nothing."""
    broken = stream("n1:loop.current", "current", "mA", {"gross_range": {"fail": [0.0, 3.0]}})
    text = loop().replace(stream("n1:loop.current", "current", "mA"), broken)

    assert all(math.isnan(end) for end in ends(text, "n1:loop.level"))


@pytest.mark.parametrize("suspect", [(338.5, 339.0), (338.51, 338.52), (335.003, 335.004)])
def test_a_narrow_range_between_the_numbers_that_are_tried_is_found(suspect: tuple[float, float]) -> None:
    """However little passes, by a current that the file names nowhere: the ends are those of the range."""
    text = loop(high_m=339.0, gross_range={"fail": [325.0, 340.0], "suspect": list(suspect)})

    assert ends(text, "n1:loop.level") == pytest.approx(suspect, rel=1e-9)


def test_what_is_in_the_way_is_named() -> None:
    """The filter of the level for 340.5 m, for 343.3 m the saturated loop too; beyond 21 mA, 343.5 m, is nothing."""
    facility, _ = small.small(loop(gross_range={"fail": [330.0, 350.0], "suspect": [336.0, 340.5]}))
    reach = TestReach(facility, "n1:loop.level")

    near, far, none = (reach.tests_beyond(UP, limit) for limit in (340.5, 343.3, 343.6))
    assert [(one.datastream, one.test, one.quality) for one in near] == [("n1:loop.level", "gross_range", 3)]
    assert {one.test for one in far} == {"gross_range", "formula.loop-saturated"}
    assert (none, reach.most(UP)) == ((), pytest.approx(335 + 17 / 16 * 8))


def test_the_readings_at_an_end_give_it() -> None:
    """Half way up the loop's range: 340.5 m is 15 mA."""
    facility, _ = small.small(loop(gross_range={"fail": [330.0, 340.5]}))

    assert TestReach(facility, "n1:loop.level").end(UP).readings == {"n1:loop.current": pytest.approx(15.0)}


@pytest.mark.parametrize("name", formulas.names())
def test_every_formula_can_be_tried(name: str) -> None:
    """Whatever its readings, it ends in no error, and the result of its golden vector lies between the two ends."""
    formula, example = formulas.get(name), formulas.get(name).EXAMPLE
    dated = {key: (entry,) for key, entry in dated_of(name, example.dated).items()}
    instrument = Instrument(
        name="n1:any",
        node="n1",
        driver="virtual",
        calibrations=dated.get("calibration", ()),
        geometry=dated.get("tip", ()),
    )
    facility = structs.replace(
        example.facility or small.small()[0],
        geometry=dated.get("crest", ()),
        stage_storage=dated.get("stage_storage", ()),
    )
    raw = {f"n1:any.{role}": kind.unit for role, kind in formulas.inputs_of(formula, example.inputs).items()}
    parameters = msgspec.convert(dict(example.parameters), formula.Parameters)
    inputs = {role: f"n1:any.{role}" for role in example.inputs}
    place: tuple[str, str, str] = ("n1", "n1:any", "any")
    datastreams = {one: Datastream(one, *place, unit, 3600.0) for one, unit in raw.items()}
    result = Datastream("n1:any.result", *place, formula.RESULT[1], 3600.0, name, inputs, parameters)
    result = structs.replace(result, geometry=dated.get("geometry", ()))
    datastreams |= {result.name: result}
    tried = structs.replace(
        facility, instruments={"n1:any": instrument}, datastreams=datastreams, derived_order=(result.name,)
    )
    reach = TestReach(tried, result.name)

    assert reach.end(DOWN).value - example.tolerance <= example.result <= reach.end(UP).value + example.tolerance
