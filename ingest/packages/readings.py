"""Readings as CSV out of the database, as they were known at an instant: piece by piece, so that none is large."""

import datetime as dt
from typing import Final, NamedTuple

from ingest.packages.layout import AFTER, BEFORE, DATA, PackageDraft, series_file
from ingest.values import Connection

PIECE_ROWS: Final = 100_000
SHORTEST_S: Final = 3600.0
LONGEST_S: Final = 366 * 86_400.0
DATASTREAMS: Final = """
SELECT d.id, d.name, d.formula IS NULL,
       observation_count / greatest(extract(epoch FROM l.phenomenon_time - first_time)::float8, 1)
FROM datastream d JOIN latest l ON l.datastream_id = d.id
WHERE d.facility_id = %s AND d.known_since <= %s AND first_time < %s AND l.phenomenon_time >= %s ORDER BY d.name"""
LINES: Final = """
COPY (
    SELECT replace((phenomenon_time AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z', result, quality, tests, cfg
    FROM observation_range_as_of(%s, %s, %s, %s) ORDER BY phenomenon_time
) TO STDOUT (FORMAT CSV)"""


class SeriesFile(NamedTuple):
    """One file of readings to be written: of a datastream, [start, stop), in pieces of so many seconds."""

    path: str
    datastream_id: int
    start: dt.datetime
    stop: dt.datetime
    piece: dt.timedelta


def series_files(connection: Connection, draft: PackageDraft, before_s: float, after_s: float) -> list[SeriesFile]:
    """Return the files of readings that a package has, in their order in it."""
    spans = {
        DATA: (draft.start, draft.stop),
        BEFORE: (draft.start - dt.timedelta(seconds=before_s), draft.start),
        AFTER: (draft.stop, draft.stop + dt.timedelta(seconds=after_s)),
    }
    reach = (draft.known_at, spans[AFTER][1], spans[BEFORE][0])
    found = []
    for id, full, is_raw, rows_per_s in connection.execute(DATASTREAMS, (draft.facility, *reach)).fetchall():
        name = full.partition(":")[2]
        piece = dt.timedelta(seconds=min(max(PIECE_ROWS / (rows_per_s or 1.0), SHORTEST_S), LONGEST_S))
        folders = (DATA, BEFORE, AFTER) if is_raw else (DATA,)
        wanted = [(folder, *spans[folder]) for folder in folders if spans[folder][0] < spans[folder][1]]
        found += [SeriesFile(series_file(folder, name), id, start, stop, piece) for folder, start, stop in wanted]
    return sorted(found)


def lines(
    connection: Connection, file: SeriesFile, start: dt.datetime, known_at: dt.datetime
) -> tuple[bytes, dt.datetime]:
    """Return the lines of the piece of a file that begins at an instant, and where it ends."""
    stop = min(start + file.piece, file.stop)
    with connection.cursor() as cursor, cursor.copy(LINES, (file.datastream_id, start, stop, known_at)) as copy:
        return b"".join(copy), stop
