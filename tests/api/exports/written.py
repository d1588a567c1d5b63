"""Files of observations that no database holds: a head, chunks, and what a format makes of them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from api.datastreams.models import Coverage, Datastream
from api.exports import Chunk, ExportPart, FileHead
from api.exports._head import FacilityBeside
from api.http import times
from api.observations.columns import Readings
from api.observations.window import TimeWindow

START, STOP = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
ADDRESS = "https://centre.example/api/v1/datastreams/vale:n07:vw1.level/observations?format=x"
FACILITY = FacilityBeside(
    name="Vale do Sino",
    version=3,
    hash="0a" * 32,
    document={
        "licence": "CC-BY-4.0",
        "operator": "Minas do Sino",
        "region": "PTI14",
        "location": {"lon": -7.73, "lat": 40.16},
        "vertical_datum": "EVRF2019",
        "crs": None,
    },
    positions={"n07": {"location": {"lon": -7.7312, "lat": 40.1604}, "elevation_m": 331.5}},
    tips={"n07:vw1": [{"valid_from": "2024-06-12T00:00:00Z", "tip_elevation_m": 301.25}]},
)

Row = tuple[datetime, float | None, int, str | None]


def rows_between(first: datetime, last: datetime) -> st.SearchStrategy[list[Row]]:
    """What the database can hold: microseconds, any finite number, one of the five flags, any text but U+0000."""
    row = st.tuples(
        st.datetimes(first, last, timezones=st.just(UTC)),
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        st.sampled_from((1, 2, 3, 4, 9)),
        st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=12)),
    )
    rows = st.lists(row, max_size=20, unique_by=lambda one: one[0])
    return rows.map(lambda some: sorted(some, key=lambda one: one[0]))


ROWS = rows_between(datetime(1950, 1, 1), datetime(2150, 1, 1))


def datastream(id: int, name: str, unit: str = "m", quantity: str = "water-level") -> Datastream:
    """A datastream as the api knows it; its node and its instrument are those of its name."""
    facility, node, channel = name.split(":")
    return Datastream(
        id=id,
        name=name,
        facility=facility,
        node=node,
        instrument=channel.partition(".")[0],
        quantity=quantity,
        unit=unit,
        formula=None,
        origin="measured",
        expected_interval_s=60,
        retired_at=None,
        latest=None,
        is_stale=False,
        coverage=Coverage(first=START, last=STOP - timedelta(minutes=1), count=1440),
    )


LEVEL = datastream(1, "vale:n07:vw1.level")
PRESSURE = datastream(7, "vale:n08:baro.pressure", "kPa", "barometric-pressure")


def head(*datastreams: Datastream) -> FileHead:
    """The head of a file of these datastreams."""
    window = TimeWindow(START, STOP)
    parts = [ExportPart(one, window, (1, 2, 3, 4, 9), len(datastreams) > 1) for one in datastreams]
    return FileHead(tuple(parts), FACILITY, STOP, STOP, ADDRESS)


def readings(rows: Sequence[Row]) -> Readings:
    """Rows as the columns that come out of the database."""
    return Readings(
        np.array([times.to_microseconds(time) for time, *_ in rows], np.int64),
        np.array([np.nan if result is None else result for _, result, *_ in rows], np.float64),
        np.array([quality for _, _, quality, _ in rows], np.int64),
        [tests for *_, tests in rows],
    )


async def chunked(asked: FileHead, rows: Sequence[Sequence[Row]]) -> AsyncIterator[Chunk]:
    """The rows of each datastream in chunks of at most 7."""
    for part, its_rows in zip(asked.parts, rows, strict=True):
        for start in range(0, len(its_rows), 7):
            some = its_rows[start : start + 7]
            yield Chunk(part, readings(some), some[-1][0], len(some))


def written(format: Any, rows: Sequence[Sequence[Row]], *datastreams: Datastream) -> bytes:
    """The file of some rows of each datastream, of a format that is streamed."""
    asked = head(*datastreams)

    async def whole() -> bytes:
        return b"".join([some async for some in format.write(chunked(asked, rows), asked)])

    return asyncio.run(whole())


def saved(format: Any, rows: Sequence[Sequence[Row]], *datastreams: Datastream) -> bytes:
    """The same of a format that is made whole before it is sent."""
    asked = head(*datastreams)
    with tempfile.TemporaryFile() as file:
        asyncio.run(format.save(chunked(asked, rows), asked, file))
        file.seek(0)
        return file.read()
