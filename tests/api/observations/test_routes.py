"""Series: JSON columns and charts over two days of minutes with faults at known places."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.observations.models import Observations
from tailings.instants import rfc3339
from tests.api import site

SERIES = "/api/v1/datastreams/vale:n07:vw1.level/observations"
STORED = [(rfc3339(site.T0 + timedelta(minutes=m)), *site.level(m)) for m in site.level_minutes()]
GAP = [rfc3339(site.T0 + timedelta(minutes=minute)) for minute in (999, 1010)]


def series(client: httpx.Client, **parameters: Any) -> Observations:
    answer = client.get(SERIES, params=parameters)
    assert answer.status_code == 200, answer.text
    return Observations.model_validate_json(answer.content)


def rows(page: Observations) -> list[tuple[Any, ...]]:
    assert page.tests is not None
    return list(zip(page.times, page.results, page.qualities, page.tests, strict=True))


def test_columns_hold_what_is_stored(client: httpx.Client) -> None:
    """Every stored row comes once, with value, quality and tests; a failed read is null."""
    page = series(client)

    assert rows(page) == STORED
    assert (page.aggregation, page.unit, page.next) == ("raw", "m", None)


def test_id_and_name_are_the_same(client: httpx.Client) -> None:
    """A datastream is found by its integer id as by its full name."""
    assert client.get("/api/v1/datastreams/1/observations").json() == client.get(SERIES).json()


@pytest.mark.parametrize("limit", [1_000, site.LEVEL_ROWS])
def test_pages_give_every_row_once(client: httpx.Client, limit: int) -> None:
    """Following `next` gives what one question gives, and the gap is told once though pages end beside it."""
    found: list[tuple[Any, ...]] = []
    gaps: list[list[Any]] = []
    address: str | None = f"{SERIES}?limit={limit}"
    while address:
        page = Observations.model_validate_json(client.get(address).content)
        found, gaps, address = found + rows(page), gaps + page.gaps, page.next

    assert found == STORED
    assert gaps == [GAP]


def test_a_page_links_to_the_next(client: httpx.Client) -> None:
    """The Link header (RFC 8288) and `next` say the same."""
    answer = client.get(SERIES, params={"limit": 7})

    assert answer.links["next"]["url"] == answer.json()["next"]


def test_a_gap_at_the_end_of_a_page_is_told_by_the_next(client: httpx.Client) -> None:
    """A page that begins behind a gap tells it."""
    first = client.get(SERIES, params={"limit": 1_000}).json()
    second = client.get(first["next"]).json()

    assert (first["gaps"], second["gaps"]) == ([], [GAP])


def test_from_is_included_and_to_is_not(client: httpx.Client) -> None:
    """Neighbouring intervals neither overlap nor leave a row out."""
    page = series(client, **{"from": "2026-05-01T02:00:00+01:00", "to": "2026-05-01T01:03:00Z"})

    assert page.times == [f"2026-05-01T01:0{minute}:00Z" for minute in range(3)]


@pytest.mark.parametrize(("quality", "count"), [("9", 1), ("3,4", 2), (["3", "4"], 2), ("1,2", site.LEVEL_ROWS - 3)])
def test_quality_chooses_flags(client: httpx.Client, quality: Any, count: int) -> None:
    """Only observations with these flags come."""
    assert series(client, quality=quality).count == count


def test_an_empty_interval_is_empty_columns(client: httpx.Client) -> None:
    """No observation is an empty answer, not an error; so for a datastream that was never measured."""
    never = Observations.model_validate_json(client.get("/api/v1/datastreams/5/observations").content)

    assert series(client, **{"from": "2030-01-01T00:00:00Z"}).count == never.count == 0


def test_a_chart_with_few_points_is_raw(client: httpx.Client) -> None:
    """An interval with fewer observations than max_points comes as observed, without rejected values."""
    page = series(client, max_points=5_000)

    assert page.aggregation == "raw"
    assert rows(page) == [row for row in STORED if row[2] != 4]


def test_a_chart_of_buckets_holds_the_extremes(client: httpx.Client) -> None:
    """Minimum, maximum, mean and count of each bucket are those of its rows, computed here in Python."""
    page = series(client, max_points=50)
    hours: dict[str, list[float]] = {}
    for time, result, quality, _ in STORED:
        if quality != 4:
            hours.setdefault(time[:13] + ":00:00Z", []).extend([] if result is None else [result])

    assert (page.aggregation, page.bucket_s, page.times) == ("hour", 3600, list(hours))
    assert (page.minimums, page.maximums) == ([min(v) for v in hours.values()], [max(v) for v in hours.values()])
    assert page.results == pytest.approx([sum(v) / len(v) for v in hours.values()])
    assert page.counts == [len(v) for v in hours.values()]


def test_a_bucket_carries_its_worst_flag(client: httpx.Client) -> None:
    """The missing read of minute 100 and the suspect one of minute 200 mark their hours."""
    page = series(client, max_points=50)

    assert (page.qualities[1], page.qualities[3], page.qualities[5]) == (9, 3, 1)


def test_rejected_values_come_into_a_chart_when_asked_for(client: httpx.Client) -> None:
    """With quality 4 in the question the envelope has the rejected value."""
    page = series(client, max_points=50, quality="1,2,3,4,9")

    assert page.maximums is not None
    assert max(value for value in page.maximums if value is not None) == 9999.0


def test_a_chart_tells_a_gap_wider_than_a_bucket(client: httpx.Client) -> None:
    """The ten minutes without a row stay visible in buckets of two minutes."""
    page = series(client, max_points=2_000, quality="1,2,3,4,9")

    assert (page.aggregation, page.bucket_s) == ("minmax", 120)
    assert page.gaps == [GAP]


def test_a_rejected_value_that_is_not_shown_leaves_a_gap(client: httpx.Client) -> None:
    """A line must not run through the place of a value that was left out."""
    gap = [rfc3339(site.T0 + timedelta(minutes=site.FAIL_AT + step)) for step in (-1, 1)]

    assert gap in series(client, max_points=5_000).gaps


def test_unix_times_are_seconds(client: httpx.Client) -> None:
    """time_format=unix gives seconds since 1970 for charts."""
    page = series(client, limit=2, time_format="unix")

    assert page.times == [site.T0.timestamp(), site.T0.timestamp() + 60]


def test_a_known_series_is_not_sent_again(client: httpx.Client) -> None:
    """The ETag of an answer brings 304 without a body; another interval has another ETag."""
    tag = client.get(SERIES, params={"limit": 5}).headers["etag"]
    again = client.get(SERIES, params={"limit": 5}, headers={"if-none-match": f'"x", {tag}'})

    assert (again.status_code, again.content) == (304, b"")
    assert client.get(SERIES, params={"limit": 6}).headers["etag"] != tag
