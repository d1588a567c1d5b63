"""Several series in one answer; expected values from the rows of `site` and from `observations`, tested by itself."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.observations.models import Charts
from api.series.routes import MAX_POINTS
from tailings.instants import rfc3339
from tests.api import site

SERIES = "/api/v1/facilities/vale/series"
LEVEL = "vale:n07:vw1.level"
LINE = ("aggregation", "bucket_s", "times", "results", "qualities", "minimums", "maximums", "counts", "gaps")


HALF = 0.05 + 1e-9
"""Of the fourth digit of a level above 100 m."""


def charts(client: httpx.Client, **parameters: Any) -> Charts:
    answer = client.get(SERIES, params=parameters)
    assert answer.status_code == 200, answer.text
    return Charts.model_validate_json(answer.content)


@pytest.mark.parametrize("max_points", [50, 500, 2_000, MAX_POINTS])
def test_a_line_is_that_of_observations(client: httpx.Client, max_points: int) -> None:
    """The line has the columns and gaps that `observations` gives for the same flags, raw and by buckets."""
    (found,) = charts(client, datastream=LEVEL, max_points=max_points).series
    parameters: dict[str, Any] = {"max_points": max_points, "quality": "1,2"}
    alone = client.get(f"/api/v1/datastreams/{LEVEL}/observations", params=parameters).json()

    assert {key: alone[key] for key in LINE} == found.model_dump(include=set(LINE))


@pytest.mark.parametrize("max_points", [50, MAX_POINTS])
def test_a_chart_has_as_many_digits_as_it_asks_for(client: httpx.Client, max_points: int) -> None:
    """Line, extremes and marks are those of the whole answer, each with four digits; nothing else differs."""
    (whole,) = charts(client, datastream=LEVEL, max_points=max_points).series
    (short,) = charts(client, datastream=LEVEL, max_points=max_points, digits=4).series

    numbers = {"results", "minimums", "maximums", "marks"}
    assert short.model_dump(exclude=numbers) == whole.model_dump(exclude=numbers)
    for one, other in ((short, whole), (short.marks, whole.marks)):
        for name in numbers & set(type(one).model_fields) - {"marks"}:
            found, exact = getattr(one, name) or [], getattr(other, name) or []
            assert found == [value if value is None else pytest.approx(value, abs=HALF) for value in exact]
            assert found == [value if value is None else float(f"{value:.4g}") for value in found]


@pytest.mark.parametrize("max_points", [50, MAX_POINTS])
@pytest.mark.parametrize("marks", ["3", "3,4", "4,9"])
def test_marks_are_the_observations_beside_the_line(client: httpx.Client, max_points: int, marks: str) -> None:
    """Each mark is as stored, with its time, value, flag and tests, however coarse the line is."""
    (found,) = charts(client, datastream=LEVEL, max_points=max_points, marks=marks).series
    wanted = [
        (rfc3339(site.T0 + timedelta(minutes=minute)), *site.level(minute))
        for minute in site.level_minutes()
        if str(site.level(minute)[1]) in marks.split(",")
    ]
    got = found.marks

    assert list(zip(got.times, got.results, got.qualities, got.tests, strict=True)) == wanted
    assert not got.is_thinned


def test_too_many_marks_are_thinned_to_the_extremes(client: httpx.Client) -> None:
    """Of each hour the lowest and the highest, when all that was measured is beside the line."""
    (found,) = charts(client, datastream=LEVEL, quality="2", marks="1", max_points=50).series
    hours: dict[str, list[float]] = {}
    for minute in site.level_minutes():
        result, quality, _ = site.level(minute)
        if quality == 1 and result is not None:
            hours.setdefault(rfc3339(site.T0 + timedelta(minutes=minute))[:13], []).append(result)
    wanted = [value for results in hours.values() for value in (min(results), max(results))]

    assert (found.marks.is_thinned, found.marks.results, found.count) == (True, wanted, 0)


def test_series_come_in_the_order_of_the_question(client: httpx.Client) -> None:
    """By name or id, each once; one that was never measured has empty columns."""
    names = [series.datastream for series in charts(client, datastream=["5", LEVEL, "3", "1"]).series]

    assert names == ["vale:n09:vw1.level", LEVEL, "vale:n07:battery.voltage"]


def test_an_interval_is_cut_and_times_can_be_seconds(client: httpx.Client) -> None:
    """from is included and to is not; unix times are seconds since 1970."""
    span = {"from": "2026-05-01T00:00:00Z", "to": "2026-05-01T00:03:00Z", "time_format": "unix"}
    (found,) = charts(client, datastream=LEVEL, **span).series

    assert found.times == [site.T0.timestamp() + 60 * minute for minute in range(3)]


def test_a_known_answer_is_not_sent_again(client: httpx.Client) -> None:
    """The ETag brings 304."""
    tag = client.get(SERIES, params={"datastream": LEVEL}).headers["etag"]

    assert client.get(SERIES, params={"datastream": LEVEL}, headers={"if-none-match": tag}).status_code == 304
