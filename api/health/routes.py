"""Whether the api works: /healthz of the process, /readyz of all it needs."""

from typing import Final

from fastapi import APIRouter

from api.access import anyone
from api.health import queries
from api.health.models import Health, Readiness
from api.http.dependencies import Data, Feed
from api.http.errors import DatabaseAway

OLDEST_SCHEMA: Final = 43
NEWEST_SCHEMA: Final = 43
"""The schemas that this api can read; a test compares the newest with the migrations."""

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process answers", dependencies=[anyone])
async def healthz() -> Health:
    """Asks nobody else: a database that is away is no reason to restart the api."""
    return Health(status="ok")


@router.get("/readyz", summary="The database answers, and its schema is known", dependencies=[anyone])
async def readyz(database: Data, feed: Feed) -> Readiness:
    """503 with a sentence when not. A lag is told, not judged: a quiet site has nothing to commit."""
    state = await queries.state(database)
    if state is None or not OLDEST_SCHEMA <= state.schema_version <= NEWEST_SCHEMA:
        version = 0 if state is None else state.schema_version
        which = "the api" if version > NEWEST_SCHEMA else "the schema (python -m ingest SETTINGS.toml --migrate)"
        raise DatabaseAway(
            f"The database has schema {version}, this api knows {OLDEST_SCHEMA} to {NEWEST_SCHEMA}: update {which}."
        )
    if feed.last_id is None:
        raise DatabaseAway("The live feed has not found its place yet; try again in a few seconds.")
    last_commit = state.last_commit or 0
    return Readiness(
        status="ready",
        schema_version=state.schema_version,
        last_commit=last_commit,
        last_commit_at=state.last_commit_at,
        lag_s=state.lag_s,
        live_behind=max(0, last_commit - feed.last_id),
        live_clients=len(feed.clients),
    )
