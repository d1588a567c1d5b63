"""A stretch of time of one facility, and how it is cut into pieces that fit into memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from ingest.rederive.reach import reach
from ingest.revisions import RevisionRefused
from ingest.values import Connection
from tailings.facility import Datastream, Facility, parse

PIECE_ROWS: Final = 400_000
SHORTEST_S: Final = 3600.0
LONGEST_S: Final = 31 * 86_400.0
FILE: Final = "SELECT file FROM facility WHERE id = %s"
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s AND origin IN ('measured', 'manual')"
COVERAGE: Final = """
SELECT min(first_time), max(l.phenomenon_time),
       sum(observation_count / greatest(extract(epoch FROM l.phenomenon_time - first_time)::float8, 1))
FROM latest l JOIN datastream d ON d.id = l.datastream_id
WHERE d.facility_id = %s AND d.formula IS NULL"""
OFFSET: Final = "SELECT (extract(epoch FROM standard_offset) * 1000)::bigint FROM facility WHERE id = %s"
MS: Final = 1000
DAY_MS: Final = 86_400_000


class Stretch(msgspec.Struct, frozen=True):
    """What was asked, [start, stop), and the part of it with observations, [start_ms, stop_ms), of a facility."""

    facility: Facility
    ids: dict[str, int]
    """What the database calls each of its datastreams."""
    start: datetime
    stop: datetime
    start_ms: int
    stop_ms: int
    piece_ms: int
    before_ms: int
    """How much of the past the first row of a piece needs."""
    after_ms: int
    offset_ms: int
    """Of the facility's standard time from UTC: its days begin by it."""

    @property
    def raw(self) -> list[Datastream]:
        """The raw datastreams that the database knows."""
        return [one for one in self.facility.datastreams.values() if one.is_raw and one.name in self.ids]

    def pieces(self, from_ms: int | None = None) -> Iterator[tuple[int, int]]:
        """Give the pieces in order of time, [start, stop) in Unix ms; from a place within on, if given."""
        at_ms = self.start_ms if from_ms is None else max(from_ms, self.start_ms)
        while at_ms < self.stop_ms:
            stop_ms = min(at_ms + self.piece_ms, self.stop_ms)
            midnight_ms = stop_ms - (stop_ms + self.offset_ms) % DAY_MS
            if stop_ms < self.stop_ms and midnight_ms > at_ms:
                stop_ms = midnight_ms
            yield at_ms, stop_ms
            at_ms = stop_ms

    def whole_days(self, from_ms: int | None = None) -> Iterator[list[tuple[int, int]]]:
        """Give the pieces by what is committed at once, so that a reader sees a day as it was or as it is."""
        together = []
        for piece in self.pieces(from_ms):
            together.append(piece)
            if (piece[1] + self.offset_ms) % DAY_MS == 0:
                yield together
                together = []
        if together:
            yield together

    def share(self, at_ms: int) -> float:
        """Return which share of the stretch lies before an instant."""
        return (at_ms - self.start_ms) / max(self.stop_ms - self.start_ms, 1)


def stored_facility(connection: Connection, facility: str) -> Facility:
    """Return the facility as its stored file says it; raise RevisionRefused when there is none."""
    row = connection.execute(FILE, (facility,)).fetchone()
    if row is None:
        raise RevisionRefused(f"there is no facility {facility!r} in this database")
    return parse(row[0], f"the stored file of {facility}")


def stretch(connection: Connection, facility: Facility, start: datetime, stop: datetime) -> Stretch:
    """Return the part of [start, stop) in which the facility has raw observations; without any it has no pieces.

    Raises RevisionRefused when nothing lies between the two.
    """
    if stop <= start:
        raise RevisionRefused(
            f"{stop.isoformat()} is not later than {start.isoformat()}: there is nothing between them"
        )
    first, newest, rows_per_s = connection.execute(COVERAGE, (facility.id,)).fetchone() or (None, None, None)
    start_ms = stop_ms = _ms(start)
    if first is not None and newest >= start and first < stop:
        start_ms, stop_ms = max(_ms(start), _ms(first)), min(_ms(stop), _ms(newest) + 1)
    before_s, after_s = reach(facility)
    piece_s = min(max(PIECE_ROWS / (rows_per_s or 1), before_s + after_s, SHORTEST_S), LONGEST_S)
    ids: dict[str, int] = dict(connection.execute(IDS, (facility.id,)).fetchall())
    (offset_ms,) = connection.execute(OFFSET, (facility.id,)).fetchone() or (0,)
    return Stretch(
        facility=facility,
        ids={name.partition(":")[2]: number for name, number in ids.items()},
        start=start,
        stop=stop,
        start_ms=start_ms,
        stop_ms=stop_ms,
        piece_ms=round(piece_s * MS),
        before_ms=round(before_s * MS),
        after_ms=round(after_s * MS),
        offset_ms=offset_ms,
    )


def _ms(time: datetime) -> int:
    return round(time.timestamp() * MS)
