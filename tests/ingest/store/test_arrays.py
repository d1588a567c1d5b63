"""Tests of array literals, which PostgreSQL itself reads back."""

from ingest.store.arrays import array
from ingest.values import Connection


def test_postgresql_reads_back_what_was_written(connection: Connection) -> None:
    """Numbers to the last bit, None and texts with commas arrive as they were."""
    numbers, texts = [0.1, None, -1e300, 5e-324], ["spike,flat_line", None, "spike"]
    row = connection.execute("SELECT %s::float8[], %s::text[]", (array(numbers), array(texts))).fetchone()

    assert row == (numbers, texts)


def test_an_empty_array_is_one(connection: Connection) -> None:
    """No values are an empty array, not NULL."""
    assert connection.execute("SELECT %s::integer[]", (array([]),)).fetchone() == ([],)
