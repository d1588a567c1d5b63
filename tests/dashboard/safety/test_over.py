"""The origin of figures that are made of many readings; hours and sums by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np

import texts
from api.datastreams.models import Coverage, Datastream
from api.observations.trends import Means
from api.safety import hourly
from api.safety.models import Kind
from dashboard.provenance import Item
from dashboard.safety import over
from tests.dashboard.safety.examples import rising

EN = texts.load()
NOW = datetime(2026, 11, 25, 14, 32, tzinfo=UTC)


def stream(quantity: str, unit: str) -> Datastream:
    """A datastream of n01."""
    return Datastream(
        id=1,
        name="vale:n01:one.value",
        facility="vale",
        node="n01",
        instrument="one",
        quantity=quantity,
        unit=unit,
        formula=None,
        origin="measured",
        expected_interval_s=None,
        retired_at=None,
        latest=None,
        is_stale=False,
        coverage=Coverage(first=None, last=None, count=0),
    )


def made(of: Datastream, means: Means, kind: Kind, now: datetime) -> Item | None:
    """The step to a figure, by the answer of the api."""
    return over.item(hourly.made(of, means, kind, now), "UTC", EN)


def test_a_sum_is_of_all_readings_of_its_hours() -> None:
    """Three hours of 60 readings with means of 0.1, 0 and 0.02 mm: 6 + 0 + 1.2 = 7.2 mm, from 11:00 to 13:00."""
    start_ms = np.array([1_795_604_400_000 + hour * 3_600_000 for hour in range(3)])
    means = Means(start_ms, np.array([0.1, 0.0, 0.02]), np.full(3, 60.0))

    found = made(stream("rain", "mm"), means, "sum", NOW)

    assert found and (found.value, found.address) == ("7.2 mm", "/f/vale/data?ds=n01:one.value")
    assert found.lines[0].startswith("3 hours, from 25 Nov 11:00 to 25 Nov 13:00") and "added" in found.lines[1]


def test_a_rate_is_a_line_with_its_error() -> None:
    """2 mm a day with 1 mm of scatter by the hour; its interval is that of numpy's polyfit and scipy's t.

    Nine hours carry no line, and hours that drift in a body say that its slope is not known.
    """
    from scipy import stats

    line = rising(10.0, 2.0)
    means = line._replace(mean=line.mean + np.where(np.arange(line.mean.size) % 2, 1.0, -1.0))
    now = datetime.fromtimestamp(int(means.start_ms[-1]) / 1000, UTC) + timedelta(hours=1)
    found = made(stream("displacement", "mm"), means, "rate", now)
    short = Means(means.start_ms[-9:], means.mean[-9:], means.results[-9:])

    _, covariance = np.polyfit(means.start_ms / 86_400_000 - 20_000, means.mean, 1, cov=True)
    assert found and found.value == "2 mm/d"
    band = stats.t.ppf(0.975, means.mean.size - 2) * np.sqrt(covariance[0, 0])
    assert f"slope ± {band:.2f} mm/d with 95 % confidence" in found.lines[1]
    bent = made(
        stream("displacement", "mm"),
        line._replace(mean=np.sin(np.arange(168) / 30)),
        "rate",
        now,
    )
    assert bent and bent.lines[1].endswith("too much alike to tell the error of the slope")
    assert made(stream("displacement", "mm"), short, "rate", now) is None
