"""Reads a facility at one instant by the queries of its parts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from api.assessments import models
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.facilities import queries as facilities
from api.http.database import Database
from api.ledger import queries as ledger
from api.nodes import queries as nodes
from api.quarantine import queries as quarantine
from api.quarantine.models import Quarantined
from api.snapshots.models import Refused, Snapshot

MAX_DATASTREAMS: Final = 2000
MAX_REFUSED: Final = 500
NEWEST: Final = 2**63 - 1
OPEN: Final[dict[str, str | None]] = {"sender": None, "reason": None, "state": "open"}


async def of_facility(database: Database, facility: str, now: datetime) -> Snapshot:
    """Return a facility at `now`; raise NotFound."""
    commit = await facilities.newest_commit(database)
    found = await facilities.one(database, facility)
    minimum = found.document.get("minimum_freeboard_m")
    assessment = (await assessments.of_facilities(database, [facility], now))[facility]
    streams = await datastreams.of_facility(database, facility, 0, MAX_DATASTREAMS, None, quantity=None)
    return Snapshot(
        now=now,
        commit=commit,
        id=found.id,
        name=found.name,
        timezone=found.timezone,
        region=found.region,
        operator=found.operator,
        consequence_class=found.consequence_class,
        licence=found.licence,
        crest_m=found.crest_m,
        minimum_freeboard_m=float(minimum) if isinstance(minimum, (int, float)) else None,
        location=found.location,
        datastreams=[stream for stream in streams if stream.retired_at is None],
        nodes=[node for node in await nodes.of_facility(database, facility) if node.retired_at is None],
        agents=await nodes.agents(database, facility),
        senders=ledger.by_sender(await ledger.chapters(database, facility, None)),
        refused=_newest(await quarantine.of_facility(database, facility, NEWEST, MAX_REFUSED, False, filters=OPEN)),
        assessment=models.Assessment.model_validate(msgspec.to_builtins(assessment)),
    )


def _newest(refused: Iterable[Quarantined]) -> list[Refused]:
    """Give the first of each sender; the list begins with the newest."""
    first: dict[str, Quarantined] = {}
    for one in refused:
        first.setdefault(one.sender, one)
    return [Refused(sender=one.sender, reason=one.reason, arrived_at=one.arrived_at) for one in first.values()]
