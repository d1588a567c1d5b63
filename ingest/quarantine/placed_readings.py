"""Readings that come out of quarantine: stored each once, at its own time, as one revision that can be undone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from codec.batch import BatchObservation
from ingest import revisions
from ingest.quarantine.messages import MS
from ingest.revisions import Replacement, ReplacementOutcome, RevisionDraft
from ingest.values import Connection

ONE_MS: Final = timedelta(milliseconds=1)


class PlacedReadings(msgspec.Struct, frozen=True):
    """The number of the revision, [start, stop) of what it placed, and what it replaced, for `revisions.touch`."""

    revision: int
    start: datetime
    stop: datetime
    replaced: ReplacementOutcome


def write(
    connection: Connection,
    facility: str,
    author: str,
    reason: str,
    fresh: Sequence[BatchObservation],
    *,
    ids: Mapping[str, int],
) -> PlacedReadings:
    """Store readings, at least one, inside the open transaction; `ids` are those of their datastreams by name.

    What stands at their places must have been looked at. Of two of one datastream and time the last one is stored.
    `revisions.touch` follows once the quarantine is written: it locks the commit log, which is always the last.
    """
    by_name: dict[tuple[str, int | None], dict[int, BatchObservation]] = {}
    for one in fresh:
        by_name.setdefault((one.name, one.cfg), {})[one.time_ms] = one
    parts = []
    for (name, cfg), rows in sorted(by_name.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        some = [rows[time_ms] for time_ms in sorted(rows)]
        values = [float("nan") if one.value is None else one.value for one in some]
        quality, tests = [one.quality for one in some], [one.tests for one in some]
        parts.append(Replacement.of(ids[name], [one.time_ms for one in some], values, quality, tests, cfg=cfg))
    start, last = (datetime.fromtimestamp(end(one.time_ms for one in fresh) / MS, UTC) for end in (min, max))
    draft = RevisionDraft(facility, "place", author, reason, start, stop=last + ONE_MS)
    number = revisions.begin(connection, draft)
    replaced = revisions.replace(connection, number, revisions.join(parts))
    revisions.progress(connection, number, draft.stop, replaced.changed, replaced.added)
    revisions.close(connection, number)
    return PlacedReadings(number, draft.start, draft.stop, replaced)
