"""Loads of the seepage; figures from the design's golden vectors (5 L/s x 2 mg/L = 0.864 kg/d)."""

from datetime import timedelta

import numpy as np
import pytest

from api.observations.trends import Means
from api.water import loads
from dashboard.water.loads import lines
from tailings.water import Analysis, ParsedSample
from tests.dashboard.examples import NOW, datastream
from tests.dashboard.safety.examples import NOW_MS, stream

DAY_MS = 86_400_000


def sample(name: str, medium: str, zinc: float, sign: str = "", days_ago: float = 1.5) -> ParsedSample:
    """A sample with one metal [ug/L]."""
    found = (Analysis("Zn", "total", zinc, sign, "ug/L", method=""), Analysis("pH", "", 4.1, "", "[pH]", method=""))
    return ParsedSample(name, "weir", medium, NOW - timedelta(days=days_ago), "Lab A", analyses=found)


def days(flow_l_s: float) -> Means:
    """The day before yesterday and yesterday, as they lie behind now."""
    return Means(np.array([NOW_MS - 2 * DAY_MS]), np.array([flow_l_s]), np.array([288.0]))


def test_a_load_is_flow_times_concentration() -> None:
    """5 L/s and 2 mg/L are 0.864 kg/d; below 2 mg/L it is half of it; pH carries nothing."""
    found = loads.of_samples([sample("A", "seepage", 2000.0), sample("B", "seepage", 2000.0, "<")], days(5.0))

    assert [one.load_kg_d for one in found] == [pytest.approx(0.864), pytest.approx(0.432)]
    assert [(one.concentration_mg_l, one.sign) for one in found] == [(2.0, ""), (2.0, "<")]
    assert [(one.concentration, one.share) for one in lines(found)] == [("2", 100.0), ("<2", 50.0)]


def test_no_load_of_the_year_is_left_out() -> None:
    """Forty samples of one day are forty loads in the answer; the page shows the newest two dozen of them."""
    taken = [sample(f"S-{at}", "seepage", 10.0 + at, days_ago=1.1 + at / 100) for at in range(40)]

    found = loads.of_samples(taken, days(5.0))

    assert [one.sample for one in found] == [one.name for one in taken]
    assert [one.load.sample for one in lines(found)] == [one.name for one in taken[:24]]


def test_without_a_flow_of_that_day_there_is_no_load() -> None:
    """Another water, another day, no weir: nothing is taken for it."""
    told = [sample("A", "surface water", 9.0), sample("B", "seepage", 9.0, days_ago=3.5)]

    assert loads.of_samples(told, days(5.0)) == [] and loads.of_samples(told, None) == []


def test_of_two_weirs_none_is_guessed() -> None:
    """One weir is the one; of two nobody says where the sample was taken."""
    one, two = (stream(datastream(f"{node}:weir.flow", "seepage-flow", 1.0)) for node in ("n06", "n07"))

    assert loads.weir([one]) is one and loads.weir([one, two]) is None
