"""What revisions replaced, counted by hours: a second count in plain Python finds the same."""

from math import isclose

import pytest

from ingest import revisions
from ingest.revisions import Replacement
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.batches import DERIVED, RAW, START_S
from tests.ingest.conftest import VALE
from tests.ingest.revisions.asked import draft, number_of
from tests.ingest.rollups.oracle import HOUR_S

REPLACED = """
SELECT datastream_id, revision_id, extract(epoch FROM phenomenon_time)::float8, result, quality FROM superseded"""
COUNTED = """
SELECT datastream_id, revision_id, extract(epoch FROM start)::float8, rows,
       ARRAY[pass, not_evaluated, suspect, fail, missing], results, minimum, maximum, sum,
       extract(epoch FROM first_time)::float8, extract(epoch FROM last_time)::float8
FROM superseded_hour ORDER BY 1, 2, 3"""
QUALITIES = (1, 2, 3, 4, 9)
USABLE = (1, 2, 3)
Hour = tuple[int, int, float]


def counted_again(connection: Connection, offset_s: int) -> list[tuple[object, ...]]:
    """The hours as they should be, for a standard time `offset_s` ahead of UTC; sums are left for isclose."""
    hours: dict[Hour, list[tuple[float, float | None, int | None]]] = {}
    for datastream, number, time_s, result, quality in connection.execute(REPLACED):
        start_s = (time_s + offset_s) // HOUR_S * HOUR_S - offset_s
        hours.setdefault((datastream, number, start_s), []).append((time_s, result, quality))
    found: list[tuple[object, ...]] = []
    for hour, rows in sorted(hours.items()):
        values = {time_s: result for time_s, result, quality in rows if quality in USABLE and result is not None}
        by_quality = [sum(quality == one for _, _, quality in rows) for one in QUALITIES]
        ends = (min(values), max(values)) if values else (None, None)
        extremes = (min(values.values()), max(values.values()), sum(values.values())) if values else (None,) * 3
        found.append((*hour, len(rows), by_quality, len(values), *extremes, *ends))
    return found


def move(connection: Connection, zone: str) -> None:
    """Give the facility another time zone."""
    text = VALE.read_text().replace("Europe/Lisbon", zone).replace("version = 1\n", "version = 2\n", 1)
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
    assert [one[:8] + one[9:] for one in stored] == [one[:8] + one[9:] for one in again]
    for one, other in zip(stored, again, strict=True):
        assert one[8] == other[8] or isclose(one[8], float(str(other[8])), rel_tol=1e-12)
