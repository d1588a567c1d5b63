"""What the lint says of a level is so: reached by the readings that it names, or by none of thousands.

The oracle is the program itself as it runs: the real chain with all filters, and the real plan on what comes out of it.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from tailings import Facility, Series, chain, parse, tarp
from tailings.facility.lint.examination import Examination, LevelTest, without_suspect
from tailings.facility.lint.trial import DAY_MS, FIRST_MS, FailedTest
from tailings.facility.plans import Condition
from tests.tailings.facility.lint import small
from tests.tailings.facility.lint.small import leaf, loop, piezometer, plan, pond, stream, weir
from wire import quality as flag

UNHEALTHY = [HealthCheck.data_too_large, HealthCheck.too_slow]
STATES = 3000
STEP_MS = 300_000
TESTED = ("n1:loop.level", "n1:loop.freeboard", "n1:weir.flow", "n2:vw1.level", "n2:pond.level")
FREEBOARD = stream("n1:loop.freeboard", "freeboard", "m", None, "freeboard", level="n1:loop.level")


@st.composite
def ranges(draw: st.DrawFn, low: float, high: float) -> dict[str, object]:
    """No range filter, or one about these numbers, with a suspect range within it or without; or two seasons."""
    at = sorted(round(draw(st.floats(low, high)), 2) for _ in range(4))
    if len(set(at)) < 4:
        return {}
    fail, suspect = [at[0], at[3]], [at[1], at[2]]
    seasons = [
        {"period": "month", "span": [1, 6], "suspect": suspect, "fail": fail},
        {"period": "month", "span": [7, 12], "suspect": fail},
    ]
    either = [{}, {"fail": fail}, {"fail": fail, "suspect": suspect}]
    kinds = [{"gross_range": one} if one else {} for one in either] + [{"climatology": {"seasons": seasons}}]
    return dict(draw(st.sampled_from(kinds)))


@st.composite
def files(draw: st.DrawFn) -> tuple[Facility, str]:
    """A facility of a loop, a weir, a piezometer and a pond with ranges of their own, and one test of one of them."""
    low_m = draw(st.floats(330, 340))
    current = stream("n1:loop.current", "current", "mA", draw(ranges(3, 22)))  # type: ignore[arg-type]
    level = loop(low_m, low_m + draw(st.floats(1, 12)), **draw(ranges(325, 350)))  # type: ignore[arg-type]
    parts = (
        level.replace(stream("n1:loop.current", "current", "mA"), current)
        + FREEBOARD
        + weir(draw(ranges(-0.1, 0.5)), draw(ranges(0, 150)))  # type: ignore[arg-type]
        + piezometer(**draw(ranges(-50, 500)))  # type: ignore[arg-type]
        + pond(**draw(ranges(325, 350)))  # type: ignore[arg-type]
    )
    name, other = draw(st.sampled_from(TESTED)), draw(st.sampled_from([None, None, *TESTED]))
    unit = "" if other is None or (name == "n1:weir.flow") == (other == "n1:weir.flow") else ", factor = 2.0"
    held = "" if other is None else f', against = {{ datastream = "{other}"{unit} }}'
    limit = draw(st.floats(-20, 20) if other else st.floats(0.1, 360))
    more = f"{held}, for_n = {draw(st.integers(1, 4))}"
    test = draw(st.sampled_from(["above", "below", "away"]))
    _, text = small.small(parts, plan(("red", leaf(name, test, max(limit, 0.1) if test == "away" else limit, more))))
    lasting = text.replace("valid_to = 2027-01-01\n", "")
    return parse(lasting), lasting


def holds(facility: Facility, examined: Facility) -> bool:
    """Whether what the lint says of `examined` is so in the facility as it is."""
    examination = Examination(examined)
    (test,) = examination.tests
    for side in test.sides:
        end = examination.end(test, side)
        assert examination.reaches(test, side) == (side * end.value > side * test.trigger(side))
        if side * end.value > side * test.trigger(side):
            if not _is_raised(facility, test, dict(end.readings), end.day):
                return False
        elif _is_passed(facility, test, side, dict(end.readings)):
            return False
    return True


@settings(max_examples=40, suppress_health_check=UNHEALTHY)
@given(files())
def test_what_is_said_of_a_level_is_so(file: tuple[Facility, str]) -> None:
    """Reachable: the readings at the end, held, raise the plan. Out of reach: no state of many passes the limit."""
    facility, _ = file

    assert holds(facility, facility)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=5000, suppress_health_check=UNHEALTHY)
@given(files())
def test_what_is_said_of_many_levels_is_so(file: tuple[Facility, str]) -> None:
    """The same, long."""
    facility, _ = file

    assert holds(facility, facility)


def test_a_lint_that_ignores_suspect_ranges_is_found_out() -> None:
    """The control: with suspect ranges taken for none, it calls levels reachable that nothing raises."""
    blind = find(
        files(),
        lambda file: not holds(file[0], _without_suspect_ranges(file[0])),
        settings=settings(max_examples=400, database=None, phases=[Phase.generate], suppress_health_check=UNHEALTHY),
    )

    assert holds(blind[0], blind[0])


def _is_raised(facility: Facility, test: LevelTest, readings: dict[str, float], day: int) -> bool:
    """Whether these readings, held, raise the plan by the real chain."""
    time_ms = FIRST_MS + day * DAY_MS + STEP_MS * np.arange(test.leaf.for_n + 6, dtype=np.int64)
    raw = {name: Series.of(time_ms, np.full(time_ms.size, value)) for name, value in readings.items()}
    series = {name: result.series for name, result in chain.derive(facility, raw).items()}
    return bool(tarp.timeline(test.plan, series, facility).level.max() == test.level.rank)


def _is_passed(facility: Facility, test: LevelTest, side: int, readings: dict[str, float]) -> bool:
    """Whether one of many states is past the limit and passes, by the real chain: wide, narrow, and near the end."""
    random = np.random.default_rng(5)
    raw = {}
    time_ms = FIRST_MS + 10 * DAY_MS * np.arange(STATES, dtype=np.int64)
    for name, value in readings.items():
        wide = random.choice([-1, 1], STATES) * 10.0 ** random.uniform(-3, 7, STATES)
        usual = random.choice(_usual(name), STATES) * random.uniform(0.5, 1.5, STATES)
        near = value + (abs(value) + 1e-3) * random.normal(0, 0.05, STATES)
        raw[name] = Series.of(time_ms, np.choose(random.integers(0, 3, STATES), [wide, usual, near]))
    with np.errstate(all="ignore"):
        results = chain.derive(facility, raw)
    value, passes = _difference(test.leaf, {name: result.series for name, result in results.items()})
    return bool(np.any(passes & (side * value > side * test.trigger(side))))


def _usual(name: str) -> list[float]:
    """Readings as such instruments give them."""
    return {
        "n1:loop.current": [4.0, 12.0, 18.0],
        "n1:weir.height": [0.05, 0.1, 0.3],
        "n2:vw1.frequency": [500.0, 2800.0, 3000.0],
        "n2:vw1.thermistor": [300.0, 4800.0, 50_000.0],
        "n1:baro.pressure": [961.0, 961.0],
        "n2:pond.level": [336.0, 340.0],
    }[name]


def _difference(leaf: Condition, series: dict[str, Series]) -> tuple[np.ndarray, np.ndarray]:
    own = series[leaf.datastream or ""]
    passes = np.isin(own.quality, (flag.PASS, flag.NOT_EVALUATED))
    if leaf.against is None:
        return own.value, passes
    other = series[leaf.against.datastream]
    both = passes & np.isin(other.quality, (flag.PASS, flag.NOT_EVALUATED))
    return own.value - (leaf.against.offset + leaf.against.factor * other.value), both


def _without_suspect_ranges(facility: Facility) -> Facility:
    named = [
        FailedTest(name, one, flag.SUSPECT)
        for name, datastream in facility.datastreams.items()
        for one in datastream.filters
    ]
    return without_suspect(facility, named)
