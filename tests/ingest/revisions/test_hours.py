"""What revisions replaced, counted by hours: a second count in plain Python finds the same."""

from math import isclose
from typing import Any

import pytest

from ingest import revisions
from ingest.revisions import Replacement
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.batches import DERIVED, RAW, START_S
from tests.ingest.conftest import vale_in
from tests.ingest.revisions.asked import draft, number_of
from tests.ingest.rollups.oracle import HOUR_S, count

REPLACED = """
SELECT datastream_id, revision_id, extract(epoch FROM phenomenon_time)::float8, result, quality FROM superseded
ORDER BY phenomenon_time"""
COUNTED = """
SELECT sum / nullif(results, 0), datastream_id, revision_id, extract(epoch FROM start)::float8, rows,
       pass, not_evaluated, suspect, fail, missing, results, minimum, maximum,
       extract(epoch FROM first_time)::float8, extract(epoch FROM last_time)::float8,
       extract(epoch FROM begin_time)::float8, extract(epoch FROM end_time)::float8
FROM superseded_hour ORDER BY datastream_id, revision_id, start"""
Hour = tuple[int, int, float]


def counted_again(connection: Connection, offset_s: int) -> list[tuple[Any, ...]]:
    """The hours as they should be, for a standard time `offset_s` ahead of UTC; the mean first."""
    hours: dict[Hour, list[tuple[Any, ...]]] = {}
    for datastream, number, *row in connection.execute(REPLACED):
        start_s = (row[0] + offset_s) // HOUR_S * HOUR_S - offset_s
        hours.setdefault((datastream, number, start_s), []).append(tuple(row))
    found: list[tuple[Any, ...]] = []
    for hour, rows in sorted(hours.items()):
        *counts, mean, _, _, _, first_s, last_s, begin_s, end_s = count([row for row in rows if row[2] is not None])
        found.append((mean, *hour, len(rows), *counts, first_s, last_s, begin_s, end_s))
    return found


def move(connection: Connection, zone: str) -> None:
    """Give the facility another time zone."""
    text = vale_in(zone, version=2)
    with connection.transaction():
        facility.register(connection, parse(text), text)


def replace(connection: Connection, minutes: range, value: float, quality: int) -> None:
    """Give derived readings, one a minute, another value, and raw ones another flag, in a revision of its own."""
    times = [(START_S + 60 * minute) * 1000 for minute in minutes]
    with connection.transaction():
        number = revisions.begin(connection, draft("rederive"))
        for name, cfg, values in (
            (DERIVED, 2, [value + minute for minute in minutes]),
            (RAW, None, [2800.0 + minute for minute in minutes][:10]),
        ):
            of = (number_of(connection, name), times[: len(values)], values)
            part = Replacement.of(*of, [quality] * len(values), [None] * len(values), cfg=cfg)
            revisions.touch(connection, "vale", revisions.replace(connection, number, part))
        revisions.close(connection, number)


@pytest.mark.parametrize(
    ("zone", "offset_s"), [("Europe/Lisbon", 0), ("Asia/Kathmandu", 20_700), ("America/St_Johns", -12_600)]
)
@pytest.mark.parametrize("is_moved", [False, True])
def test_hours_of_what_was_replaced_are_those_of_the_facility(
    filled: Connection, zone: str, offset_s: int, is_moved: bool
) -> None:
    """Over several hours, revisions and flags, by the zone's standard offset (IANA), and anew where it moves there."""
    if not is_moved:
        move(filled, zone)
    replace(filled, range(10), 10.0, 1)
    for number, quality in enumerate((2, 3, 4, 1)):
        replace(filled, range(200 + 40 * number), 20.0 + number, quality)
    if is_moved:
        move(filled, zone)

    stored = filled.execute(COUNTED).fetchall()
    again = counted_again(filled, offset_s)

    assert len(stored) > 20
    assert [one[1:] for one in stored] == [one[1:] for one in again]
    for one, other in zip(stored, again, strict=True):
        assert one[0] == other[0] or isclose(one[0], other[0], rel_tol=1e-12)
