"""What the database says of itself: schema version and newest commit."""

from datetime import datetime
from typing import Final, NamedTuple

from api.http.database import DatabasePool

STATE: Final = """
SELECT (SELECT coalesce(max(number), 0) FROM schema_migration)::int AS schema_version, c.id AS last_commit,
       c.at AS last_commit_at, extract(epoch FROM clock_timestamp() - c.at)::float8 AS lag_s
FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT id, at FROM commit_log ORDER BY id DESC LIMIT 1) c ON true
"""


class DatabaseState(NamedTuple):
    """Schema version (0: none), and the newest commit, None when there is none yet."""

    schema_version: int
    last_commit: int | None
    last_commit_at: datetime | None
    lag_s: float | None


async def state(database: DatabasePool) -> DatabaseState | None:
    """Ask the database; None when it has no answer."""
    return await database.row(DatabaseState, STATE, {})
