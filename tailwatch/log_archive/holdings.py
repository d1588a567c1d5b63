"""What a database holds: how many observations of each datastream and month, and the content hash of the rows."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from tailwatch.owner import Connection

MOST_HASHED: Final = 20_000_000
"""Rows of the newest months that are hashed, a minute or so; of what is older the rows are counted."""
COUNTS: Final = """
SELECT to_char(phenomenon_time AT TIME ZONE 'UTC', 'YYYY-MM') AS month, d.name, d.id, count(*)
FROM observation JOIN datastream d ON d.id = datastream_id GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2"""


class HeldRows(NamedTuple):
    """The rows of one datastream and month; `sha256` is empty where they were counted alone."""

    rows: int
    sha256: str


Holdings = Mapping[tuple[str, str], HeldRows]
"""By month and datastream."""


def of(connection: Connection, most_hashed: int = MOST_HASHED) -> dict[tuple[str, str], HeldRows]:
    """Count and hash what a transaction sees."""
    from ingest.archive import Month, contents  # late: pyarrow is large, and the command line does without it

    found, hashed = dict[tuple[str, str], HeldRows](), 0
    for month, name, id, rows in connection.execute(COUNTS).fetchall():
        digest = ""
        if hashed + rows <= most_hashed:
            span, hashed = Month(month), hashed + rows
            digest = contents.digest(contents.stored(connection, id, span.start, span.stop))
        found[month, name] = HeldRows(rows, digest)
    return found


def differences(live: Holdings, restored: Holdings) -> list[str]:
    """Return what is not equal, one sentence each."""
    nothing = HeldRows(0, "")
    found = []
    for key in sorted(live.keys() | restored.keys()):
        then, now = live.get(key, nothing), restored.get(key, nothing)
        if then != now:
            what = f"{then.rows} rows, restored {now.rows}" if then.rows != now.rows else "other values"
            found.append(f"{key[1]} {key[0]}: {what}")
    return found
