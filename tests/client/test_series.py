"""Series of a real site in pandas, polars and xarray, against the rows of its database."""

import math
from datetime import UTC, datetime

import pytest
from tailwatch_client import Site

from tests.changing_site import ChangingSite
from tests.ingest.batches import DERIVED, RAW, START_S

NAMES = [f"vale:{RAW}", f"vale:{DERIVED}"]
DAY = f"{datetime.fromtimestamp(START_S, UTC):%Y-%m-%d}"


@pytest.fixture(scope="module", autouse=True)
def filled(site: ChangingSite) -> None:
    """Ten minutes of two datastreams; of the raw one a read failed, and a flag came later."""
    site.read(range(10))
    site.miss(10)
    site.flag(4)
    site.read(range(8), DERIVED, 40.0)


def test_one_in_pandas(site: ChangingSite, there: Site) -> None:
    """Time is the index; the missing one is no number, flags and tests stand beside, the unit in attrs."""
    table = there.series(NAMES[0], DAY).to_pandas()

    expected = [(time, result, quality, tests) for time, result, quality, tests in site.rows(RAW)]
    found = [
        (round(row.Index.timestamp() * 1000), None if math.isnan(row.result) else row.result, row.quality, row.tests)
        for row in table.itertuples()
    ]
    assert [(*row[:3], row[3] if isinstance(row[3], str) else None) for row in found] == expected
    assert (str(table.index.tz), table.attrs["units"]) == ("UTC", {NAMES[0]: "Hz"})


def test_several_in_pandas_and_polars(site: ChangingSite, there: Site) -> None:
    """In the order of the question, each with all its rows, and of some flags only those."""
    table, frame = there.series(NAMES, DAY).to_pandas(), there.series(NAMES, DAY).to_polars()
    failed = there.series(NAMES[0], DAY, quality=[4]).to_pandas()

    assert [len(table.loc[name]) for name in NAMES] == [11, 8]
    assert frame["datastream"].to_list() == [NAMES[0]] * 11 + [NAMES[1]] * 8
    assert frame["result"].to_list() == [row[1] for name in (RAW, DERIVED) for row in site.rows(name)]
    assert frame["phenomenon_time"][0] == datetime.fromtimestamp(START_S, UTC)
    assert failed["tests"].to_list() == ["spike"]


def test_several_in_xarray(site: ChangingSite, there: Site) -> None:
    """Over name and time; where one has no observation the flag is -1."""
    found = there.series(NAMES, DAY).to_xarray()

    assert (list(found["datastream"].values), found.sizes["phenomenon_time"]) == (NAMES, 11)
    assert found["quality"].sel(datastream=NAMES[1]).values.tolist() == [2] * 8 + [-1] * 3
    assert found["result"].sel(datastream=NAMES[0]).values[:10].tolist() == [2800.0 + minute for minute in range(10)]
    assert found["unit"].values.tolist() == ["Hz", "kPa"]


def test_what_was_known_then(there: Site) -> None:
    """As of before anything was received there is nothing, in each form."""
    known = there.series(NAMES, DAY, as_of="2025-11-25")

    assert [len(rows) for _, rows in known] == [0, 0]
    assert (len(known.to_pandas()), len(known.to_polars())) == (0, 0)
    assert known.to_xarray().sizes["phenomenon_time"] == 0


def test_the_site_tells_what_it_has(there: Site) -> None:
    """Facilities and their datastreams."""
    assert [one["id"] for one in there.facilities()] == ["vale"]
    assert set(NAMES) <= {one["name"] for one in there.datastreams("vale")}
