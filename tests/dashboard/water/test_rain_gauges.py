"""Rain that fell is told by gauges, whatever sums are reckoned from them: through ingest, by the api and the pages."""

import time
from collections.abc import Iterator
from typing import Final

import httpx
import numpy as np
import psycopg
import pytest

from codec.batch import BatchObservation
from ingest import revisions
from ingest.database import connect
from ingest.rollups import rebuild
from ingest.store import Store
from ingest.versions.facility import register
from tailings import parse
from tests.dashboard.conftest import served
from tests.ingest.batches import arrival, message, reading
from tests.page_figures import figure_of
from tests.servers import Database, fresh_database
from tests.tailings.facilities import changed
from tests.tailings.floods import rain_sum

HOURS: Final = 31 * 24
WINDOW_H: Final = 24
BATCH: Final = 500
AGO: Final = np.arange(HOURS)[::-1]
"""Hours before now of each reading, the oldest first."""
WET: Final = (
    ((AGO >= 4) & (AGO <= 20)) | ((AGO >= 30) & (AGO <= 60)) | ((AGO >= 100) & (AGO <= 400)) | (AGO // 20 == 35)
)
"""The last of these on the day in whose middle a balance of thirty days begins."""
RAIN: Final = np.where(WET, np.random.default_rng(7).integers(0, 40, HOURS) / 10, 0.0)
SUMS: Final = np.convolve(RAIN, np.ones(WINDOW_H))[:HOURS]
"""Of the last 24 hours, at each hour."""


SEGMENTS: Final = range(1, 131)
CHAIN: Final = '[instruments."n01:ipi"]\ndriver = "inclinometer_chain"\n' + "".join(
    f'[datastreams."n01:ipi.tilt-{one}"]\nquantity = "tilt"\nunit = "deg"\n' for one in SEGMENTS
)
"""More datastreams than an answer reads the hours of, all of them known to the centre before the rain gauge."""
GAUGE: Final = '[datastreams."n01:rain.rain"]'


def observations() -> list[BatchObservation]:
    """A month of hours: a gauge, the sum of its last day, and a pond that rises by a metre; and a chain, read once."""
    times = time.time() - AGO * 3600.0
    columns = (("n01:rain.rain", RAIN, None), ("n01:rain.day", SUMS, 1), ("n01:pond.level", 339 - AGO / 744, None))
    chain = [reading(float(times[-1]), 0.5, f"n01:ipi.tilt-{one}") for one in SEGMENTS]
    return chain + [
        reading(at, float(value), name, cfg=cfg)
        for name, values, cfg in columns
        for at, value in zip(times.tolist(), values.tolist(), strict=True)
    ]


@pytest.fixture(scope="module")
def client(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over the dam with that month."""
    with fresh_database(cluster) as database:
        with psycopg.connect(database.conninfo()) as owner:
            text = changed(GAUGE, CHAIN + GAUGE) + rain_sum("n01:rain.day", WINDOW_H * 3600)
            register(owner, parse(text), text)
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            store, rows = Store(3600, revisions.take_verdicts), observations()
            store.greet(connection)
            for seq, begin in enumerate(range(0, len(rows), BATCH)):
                with connection.transaction():
                    written = store.write(connection, [arrival(message(seq, rows[begin : begin + BATCH]))])
                store.committed(written)
            while rebuild(connection):
                connection.commit()
        for server in served(database, tmp_path_factory.mktemp("rain")):
            yield httpx.Client(base_url=server.url, timeout=60)


def test_the_balance_has_the_rain_of_the_gauge(client: httpx.Client) -> None:
    """The depth is the sum of the readings; the sums of each last day would be 24 times as much."""
    terms = {one["code"]: one for one in client.get("/api/v1/facilities/vale/water").json()["balance"]["terms"]}

    assert terms["rain"]["datastream"] == "n01:rain.rain"
    assert terms["rain"]["depth_mm"] == pytest.approx(RAIN.sum())
    assert terms["rain"]["volume_m3"] == pytest.approx(RAIN.sum() * 1e-3 * terms["rain"]["area_m2"])


def test_the_safety_page_has_the_rain_of_the_gauge(client: httpx.Client) -> None:
    """What fell in three days and in one, however many segments a chain beside it has."""
    found = client.get("/api/v1/facilities/vale/safety").json()["rain"]

    assert found["datastream"] == "n01:rain.rain"
    assert [found["sum_72h_mm"], found["sum_24h_mm"]] == [
        pytest.approx(RAIN[hours].sum()) for hours in (AGO < 72, AGO < 24)
    ]


def test_the_first_page_has_the_rain_of_the_gauge(client: httpx.Client) -> None:
    """The newest reading of the gauge is dry; the sum of the last day beside it is not."""
    assert (RAIN[-1], SUMS[-1] > 1) == (0.0, True)
    assert figure_of(client.get("/f/vale").text, "Rain").value.startswith("0.0")
