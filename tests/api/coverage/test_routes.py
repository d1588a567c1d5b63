"""Which days have observations; expected values from the rows of `site`, counted here in Python."""

from datetime import UTC, datetime
from typing import Any

import httpx

from api.coverage.models import FacilityCoverage
from tests.api import site

COVERAGE = "/api/v1/facilities/vale/coverage"


def covered(client: httpx.Client, **parameters: Any) -> FacilityCoverage:
    answer = client.get(COVERAGE, params=parameters)
    assert answer.status_code == 200, answer.text
    return FacilityCoverage.model_validate_json(answer.content)


def test_days_have_their_quarters(client: httpx.Client) -> None:
    """Two whole days among empty ones, over more days than one part of the question holds."""
    found = covered(client, **{"from": "2026-04-20", "to": "2026-05-12"})
    level = next(row for row in found.datastreams if row.id == site.LEVEL)

    assert (found.days, found.first_day.isoformat()) == (23, "2026-04-20")
    assert level.quarters == [4 if day in (11, 12) else 0 for day in range(23)]
    assert [row.id for row in found.datastreams] == [1, 2, 3, 4, 5]


def test_one_observation_is_one_quarter(client: httpx.Client) -> None:
    """The barometer reported once, three days ago; a datastream that was never measured has nothing."""
    coverage = covered(client)
    found = {row.id: row for row in coverage.datastreams}
    last = datetime.fromisoformat(client.get(f"/api/v1/datastreams/{site.BARO}").json()["coverage"]["last"])
    day = (last.astimezone(UTC).date() - coverage.first_day).days

    assert (coverage.days, len(found[site.BARO].quarters)) == (60, 60)
    assert (sum(found[site.BARO].quarters), found[site.BARO].quarters[day]) == (1, 1)
    assert sum(found[site.NEVER].quarters) == 0


def test_a_facility_without_datastreams_is_empty(client: httpx.Client) -> None:
    """Rosa has no datastream yet."""
    answer = client.get("/api/v1/facilities/rosa/coverage")

    assert (answer.status_code, answer.json()["datastreams"]) == (200, [])
