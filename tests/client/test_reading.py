"""Observations by Arrow and by JSON: the same answer, from a real site and from ones that cannot, or break off."""

import io
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from polars.testing import assert_frame_equal as assert_polars_equal
from tailwatch_client import BadAnswer, Rows, Site, reading
from tailwatch_client.connection import Connection
from tailwatch_client.reading import ARROW, END, Selection
from tailwatch_client.rows import Interval, instant, written

from tests.changing_site import ChangingSite
from tests.client.test_connection import answering
from tests.client.test_series import DAY, NAMES
from tests.client.test_series import filled as filled
from tests.ingest.batches import RAW

ALL = Selection("vale:n07:vw1.level", Interval(None, None))
THREE_A_PAGE = Selection(NAMES[0], Interval(None, None), page_rows=3)
JSON, STREAM = {"content-type": "application/json"}, {"content-type": ARROW}
texts = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
observations = st.lists(
    st.tuples(
        st.integers(-(2**52), 2**52),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from((1, 2, 3, 4, 9)),
        texts,
    ),
    max_size=30,
)


def stream(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Observations as a site writes them in Arrow: columns of its own order, with words in the schema."""
    columns = list(zip(*rows, strict=True)) or [()] * 4
    kinds = [pa.timestamp("us", "UTC"), pa.float64(), pa.int8(), pa.string()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    names = ["phenomenon_time", "result", "quality", "tests"]
    table = pa.Table.from_arrays(arrays, names).select(names[::-1]).replace_schema_metadata({"unit": "kPa"})
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=7)
    return out.getvalue()


def document(rows: Sequence[tuple[Any, ...]], following: str | None = None) -> dict[str, Any]:
    """The same in JSON."""
    return {
        "times": [written(instant(row[0])) for row in rows],
        "results": [row[1] for row in rows],
        "qualities": [row[2] for row in rows],
        "tests": [row[3] for row in rows],
        "next": following,
    }


def read(address: str, by_arrow: bool) -> list[tuple[Any, ...]]:
    """All pages of a site."""
    pages = reading.rows(Connection(address, pause=lambda seconds: None), ALL, by_arrow)
    return [tuple(row) for page in pages for row in page]


@settings(max_examples=15, deadline=None)
@given(observations, observations)
def test_arrow_json_and_a_mixture_are_one_answer(first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]) -> None:
    """Any observations on two pages: by Arrow, by JSON, and from a site that loses its pyarrow between the pages."""
    following = '</api/v1/more>; rel="next"'
    arrow = [(200, STREAM | {"link": following}, stream(first)), (200, STREAM, stream(second))]
    json = [(200, JSON, document(first, "/api/v1/more")), (200, JSON, document(second))]

    with answering(*arrow, *json, *json, arrow[0], json[1]) as (address, _):
        found = [read(address, by_arrow) for by_arrow in (True, False, True, True)]
    assert found == [first + second] * 4


def test_a_real_site_gives_the_same_both_ways(site: ChangingSite, there: Site) -> None:
    """Rows, pandas and polars with all their types; a failed read and names of tests among them."""
    arrow = there.series(NAMES, DAY)
    json = replace(arrow, by_arrow=False)

    assert arrow.read() == json.read() and len(arrow.read()[NAMES[0]]) == len(site.rows(RAW))
    assert_frame_equal(arrow.to_pandas(), json.to_pandas())
    assert_polars_equal(arrow.to_polars(), json.to_polars())
    assert arrow.to_xarray().identical(json.to_xarray())


def test_a_real_site_is_read_page_by_page(site: ChangingSite, there: Site) -> None:
    """Pages of three rows, by Arrow, end where the site has no more."""
    pages = list(reading.tables(there.series(NAMES[0]).connection, THREE_A_PAGE))

    assert [len(page) for page in pages] == [3, 3, 3, 2]
    assert [value for page in pages for value in page["result"].to_pylist()] == [row[1] for row in site.rows(RAW)]


def test_nothing_has_the_same_types_as_something(there: Site) -> None:
    """As of before all: empty tables of the same columns both ways."""
    arrow = there.series(NAMES, DAY, as_of=datetime(2025, 11, 25, tzinfo=UTC))
    json = replace(arrow, by_arrow=False)

    assert_frame_equal(arrow.to_pandas(), json.to_pandas())
    assert_polars_equal(arrow.to_polars(), json.to_polars())
    assert arrow.to_xarray().identical(json.to_xarray())


@pytest.mark.parametrize("cut", [len(END), 200])
def test_a_part_of_a_stream_is_no_answer(cut: int) -> None:
    """A stream that ends between two batches would read as a shorter series: its end is missed."""
    whole = stream([(second, math.pi, 1, None) for second in range(50)])
    with answering((200, STREAM, whole[:-cut])) as (address, _), pytest.raises(BadAnswer, match="a part of an Arrow"):
        read(address, by_arrow=True)


def test_another_stream_is_no_answer() -> None:
    """A stream without observations, or a whole file of another kind, is named and not a crash."""
    for content in (stream_of_others(), b"no stream at all" + END):
        with answering((200, STREAM, content)) as (address, _), pytest.raises(BadAnswer, match="something else"):
            read(address, by_arrow=True)


def stream_of_others() -> bytes:
    """A whole Arrow stream with another column."""
    out = io.BytesIO()
    table = pa.table({"price": [1.0]})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


def test_without_pyarrow_nothing_is_asked_for_in_arrow() -> None:
    """The question is as it was before: any media type."""
    with answering((200, JSON, document([]))) as (address, heard):
        read(address, by_arrow=False)
        read(address, by_arrow=True)

    assert [{name.lower(): value for name, value in one.items()}["accept"] for one in heard] == [
        "*/*",
        reading.ACCEPT,
    ]
    assert Rows() == Rows.of(document([]))
