"""What stands where readings out of quarantine would be stored: at its own time each, the first that came stays.

A row that was taken back stands aside for the same reading, and for what was derived; to another raw reading it stands.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from codec.batch import BatchObservation
from ingest import revisions
from ingest.quarantine.messages import MS
from ingest.values import Connection

Place = tuple[int, int]
"""The number of a datastream, and Unix ms."""
STORED: Final = """
SELECT r.id, (r.time_s * 1000)::bigint, o.result, coalesce(o.tests = %s, false)
FROM unnest(%s::integer[], %s::float8[]) AS r (id, time_s)
JOIN observation o ON o.datastream_id = r.id AND o.phenomenon_time = to_timestamp(r.time_s)
WHERE o.phenomenon_time BETWEEN to_timestamp(%s) AND to_timestamp(%s)"""


class TakenPlaces:
    """The places of readings, by the numbers of their datastreams (`ids`, by name; one without a number has none)."""

    def __init__(self, connection: Connection, found: Iterable[BatchObservation], ids: Mapping[str, int]) -> None:
        self._ids = ids
        self._values: dict[Place, float | None] = {}
        self._undone: dict[Place, float | None] = {}
        if places := sorted({self._place(one) for one in found if one.name in ids}):
            times_s = [time_ms / MS for _, time_ms in places]
            asked = (revisions.UNDONE, [id for id, _ in places], times_s, min(times_s), max(times_s))
            for id, time_ms, result, is_undone in connection.execute(STORED, asked).fetchall():
                (self._undone if is_undone else self._values)[id, time_ms] = result

    def other(self, one: BatchObservation) -> tuple[float | None] | None:
        """The other value that stands at the place of a reading, in a tuple, for it may be a missing one; or None."""
        place = self._place(one)
        if place in self._values:
            return None if self._values[place] == one.value else (self._values[place],)
        if place not in self._undone or one.cfg is not None or self._undone[place] == one.value:
            return None
        return (self._undone[place],)

    def take(self, one: BatchObservation) -> bool:
        """Note that a reading stands at its place now; False where it stood there already."""
        place = self._place(one)
        is_fresh = place not in self._values
        self._values.setdefault(place, one.value)
        return is_fresh

    def _place(self, one: BatchObservation) -> Place:
        return self._ids[one.name], one.time_ms
