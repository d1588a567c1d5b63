"""The application: routes, errors, headers, and what lives as long as the process."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any, Final

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from api import reference
from api.access.identify import RateLimits
from api.access.sessions import Logins
from api.facilities import routes as facilities
from api.health import routes as health
from api.http import errors
from api.http.bodies import BodyLimit
from api.http.database import DatabasePool
from api.http.headers import Headers
from api.http.hosts import Hosts
from api.http.lazy_routers import LazyRouters
from api.http.problem import ProblemDocument
from api.live import routes as live
from api.live.feed import LiveFeed
from api.live.places import Places
from api.metrics import routes as metrics
from api.overview import routes as overview
from api.people import routes as me
from api.settings import Settings
from api.standby import history
from api.standby.reading import WAIT_S, Standbys
from runtime.crash import tell_crash
from runtime.log import log_of
from runtime.release import release

tell = log_of(__name__)

GZIP_FROM_BYTES: Final = 1_024
GZIP_LEVEL: Final = 4
NOT_COMPRESSED: Final = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/vnd.apache.arrow.stream",  # is asked for because it is fast; who wants it small asks for Parquet
    "application/vnd.apache.parquet",  # is compressed
    "application/zip",  # is compressed, and its length is told
    "application/x-netcdf",  # is compressed, and its length is told
)
TITLE: Final = "Tailwatch"
DESCRIPTION: Final = f"""\
Readings of mine-waste facilities, with their quality, and the proof of what was lost on the way.

Times are RFC 3339 in UTC. Units are UCUM. Quality is a QARTOD flag: 1 pass, 2 not evaluated, 3 suspect, 4 fail,
9 missing. Long lists have a `next`: follow it as it is. Errors are RFC 9457 problem documents.

{history.WHAT_IT_SAYS}"""
TAGS: Final[list[dict[str, Any]]] = [
    {"name": "facilities", "description": "Facilities, their nodes and datastreams."},
    {"name": "observations", "description": "Series as columns, or as files in the formats of research."},
    {"name": "changes", "description": "What changed since a commit, and hashes of months: how a copy stays equal."},
    {"name": "packages", "description": "Readings of a span as one file that can be cited and checked."},
    {"name": "revisions", "description": "What was changed after the fact, by whom and why; words on spans of time."},
    {"name": "studies", "description": "What the waste would bring, how sure that is, and the samples behind it."},
    {
        "name": "statements",
        "description": "What monitoring found in a year, and what is missing; drafted or signed.",
    },
    {"name": "drills", "description": "Exercises of the response plans, with how quickly people reacted."},
    {"name": "registers", "description": "What authorities and operators say of facilities, with or without sensors."},
    {"name": "catalogue", "description": "All that you may read, as portals harvest it: DCAT-AP."},
    {"name": "land", "description": "Layers of land use, and what they have around facilities and downstream."},
    {"name": "region", "description": "Measured facilities and rows of registers together, with sums and their doubt."},
    {
        "name": "closed facilities",
        "description": "The database that Article 27(4) to (8) of Regulation (EU) 2024/1252 asks.",
    },
    {"name": "screening", "description": "What facilities with few samples or none are likely to hold; no estimate."},
    {"name": "comparison", "description": "Which facility first, by hazard and by value, and how sure that is."},
    {
        "name": "policy",
        "description": "Policy instruments: indicators frozen, before and after, and what made the difference.",
    },
    {"name": "learning", "description": "Good practices, events with who learned what, and organisations."},
    {"name": "public", "description": "What operators disclose to everybody, in short, and what citizens ask."},
    {"name": "ledger", "description": "What was sent and what became of it; what could not be stored."},
    {"name": "alarms", "description": "Alarms of the dam and of the equipment, plans, and the load on people."},
    {"name": "evidence", "description": "Photos of what was done, and sheets of calibrations."},
    {"name": "sensorthings", "description": "OGC SensorThings API 1.1, read."},
    {"name": "live", "description": "Server-sent events."},
    {"name": "commands", "description": "What a person asks for, and what became of it; who you are here."},
    {"name": "health", "description": "For probes."},
]
LATER: Final = (
    "api.ledger.routes",
    "api.quarantine.routes",
    "api.revisions.routes",
    "api.commands.routes",
    "api.series.routes",
    "api.coverage.routes",
    "api.observations.routes",
    "api.changes.routes",
    "api.alarms.routes",
    "api.evidence.routes",
    "api.instruments.routes",
    "api.walk.routes",
    "api.provenance.routes",
    "api.uncertainty.routes",
    "api.sight.routes",
    "api.safety.routes",
    "api.events.routes",
    "api.water.routes",
    "api.studies.routes",
    "api.sensorthings.routes",
    "api.packages.routes",
    "api.register.routes",
    "api.region.routes",
    "api.closed_facilities.routes",
    "api.disclosure.routes",
    "api.screening.routes",
    "api.comparison.routes",
    "api.statements.routes",
    "api.drills.routes",
    "api.policy.routes",
    "api.learning.routes",
    "api.land.routes",
    "api.catalogue.routes",
)
"""Rooms that whoever only watches has no use for: first the light ones, then those with numpy in the order in which
visitors ask for them, last what weighs most."""
PROBLEM: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "A problem document (RFC 9457)",
        "model": ProblemDocument,
    }
}


def create_app(settings: Settings, later: Sequence[str] = LATER) -> FastAPI:
    """Return the ASGI application; raise BadSettings when the connection string cannot be read.

    `later` are the modules whose routes are loaded with their first request, in this order.
    """
    database = DatabasePool(settings.conninfo(), settings.pool_size, settings.statement_timeout_s)
    feed, standbys = LiveFeed(database), _standbys(settings, database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with database, nullcontext() if standbys is None else standbys.pool:
            beside = [asyncio.create_task(feed.run(), name="live feed")]
            if standbys is not None:
                beside.append(asyncio.create_task(standbys.watch(), name="standbys"))
            for task in beside:
                task.add_done_callback(_end_on_bug)
            yield
            for task in beside:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=release(),
        openapi_tags=TAGS,
        lifespan=lifespan,
        openapi_url=reference.OPENAPI,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.database, app.state.feed, app.state.standbys = database, feed, standbys
    app.state.certificate_ends_s = settings.certificate_ends_s()
    app.state.public_names = settings.public_names
    app.state.state_folder, app.state.link_key = settings.state_folder, settings.link_key()
    app.state.seal = settings.seal()
    app.state.limits, app.state.logins = RateLimits(settings), Logins(settings.logins_per_minute)
    app.state.places = Places(settings.live_per_address)
    for module in (facilities, overview, live, me, health, metrics):
        app.include_router(module.router)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=GZIP_FROM_BYTES,
        compresslevel=GZIP_LEVEL,
        exclude_content_types=NOT_COMPRESSED,
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(Hosts, listens_at=settings.host, public_names=settings.public_names)
    if standbys is not None:
        app.add_middleware(history.ReadFrom, standbys=standbys)
    app.add_middleware(Headers)
    errors.install(app)
    LazyRouters(app, later)
    reference.mount(app)
    return app


def _standbys(settings: Settings, database: DatabasePool) -> Standbys | None:
    """Return the standbys at which history is read; None: it is read at the primary."""
    if settings.max_standby_lag_s is None:
        return None
    size, limit_s = settings.pool_size, settings.statement_timeout_s
    pool = DatabasePool(settings.conninfo(), size, limit_s, "standby", wait_s=WAIT_S)
    return Standbys(database, pool, settings.max_standby_lag_s)


def _end_on_bug(task: asyncio.Task[None]) -> None:
    """End the program in order when a task failed in a way nobody foresaw: a live view that stands still is a lie."""
    if not task.cancelled() and (error := task.exception()) is not None:
        tell_crash(tell, error, thread=task.get_name())
        signal.raise_signal(signal.SIGTERM)
