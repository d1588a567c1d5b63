"""The one way to the overview of facilities, for its addresses and for the pages."""

from datetime import datetime
from typing import Final

import msgspec

from api.assessments import models as assessed
from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.facilities import queries as facilities
from api.facilities.models import Facility
from api.http import times
from api.http.cursors import MAX_POSITION
from api.http.database import DatabasePool
from api.ledger import queries as ledger
from api.nodes import queries as nodes
from api.overview import instrument_names, node_states, queries, selection
from api.overview.models import FacilityState, Overview, Places
from api.overview.selection import Listed, OverviewQuery
from api.quarantine import queries as quarantine
from tailings.assess.model import Assessment

MAX_FACILITIES: Final = 10_000
MAX_DATASTREAMS: Final = 2_000
MAX_REFUSED: Final = 500
EVERYTHING: Final = OverviewQuery()
OPEN: Final[dict[str, str | None]] = {"sender": None, "reason": None, "state": "open"}


async def of_all(
    database: DatabasePool,
    seen: frozenset[str] | None,
    now: datetime | None = None,
    query: OverviewQuery = EVERYTHING,
) -> Overview:
    """Return a page of the facilities that are seen (None: all there are) and meet a query, the worst first.

    now: the instant of the answer (None: by the clock). What is asked of each facility by itself is asked for those on
    the page alone.
    """
    now, commit = now or times.now(), await facilities.newest_commit(database)
    known = await listed(database, seen, now)
    found = selection.chosen(known, query)
    shown = await _overview(database, [one.facility for one in selection.on_page(found, query)], now, commit)
    return shown.model_copy(
        update={
            "by_state": selection.by_state(known),
            "matching": selection.by_state(found),
            "choices": selection.choices(known),
            "places": selection.places(found),
        }
    )


async def places(database: DatabasePool, seen: frozenset[str] | None, query: OverviewQuery) -> Places:
    """Return where the facilities lie that are seen and meet a query."""
    known = await listed(database, seen, times.now())
    return Places(places=selection.places(selection.chosen(known, query)))


async def listed(database: DatabasePool, seen: frozenset[str] | None, now: datetime) -> list[Listed]:
    """Return the facilities that are seen (None: all there are), with what they are chosen by."""
    found = await facilities.all_after(database, "", MAX_FACILITIES, seen)
    ids = [one.id for one in found]
    judged = await assessments.of_facilities(database, ids, now)
    elements = await queries.elements(database, ids)
    return [Listed(one, judged[one.id].worst, elements.get(one.id, ())) for one in found]


async def of_facility(database: DatabasePool, facility: str, now: datetime | None = None) -> Overview:
    """Return one facility; raise NotFound."""
    now, commit = now or times.now(), await facilities.newest_commit(database)
    found = await facilities.all_after(database, "", 1, frozenset({facility}))
    if not found:
        raise facilities.unknown(facility)
    return await _overview(database, found, now, commit)


async def _overview(database: DatabasePool, found: list[Facility], now: datetime, commit: int) -> Overview:
    judged = await assessments.of_facilities(database, [one.id for one in found], now)
    return Overview(now=now, commit=commit, facilities=[await _state(database, one, judged[one.id]) for one in found])


async def _state(database: DatabasePool, facility: Facility, judged: Assessment) -> FacilityState:
    streams = await datastreams.of_facility(database, facility.id, 0, MAX_DATASTREAMS, None, quantity=None)
    known = await nodes.of_facility(database, facility.id)
    agents = await nodes.agents(database, facility.id)
    refused = await quarantine.of_facility(database, facility.id, MAX_POSITION, MAX_REFUSED, False, filters=OPEN)
    senders = [one.sender for one in await ledger.sender_sums(database, facility.id, None)]
    online = {agent.id: agent.is_online for agent in agents}
    return FacilityState(
        facility=facility,
        datastreams=[stream for stream in streams if stream.retired_at is None],
        nodes=[
            node_states.of_node(node, senders, refused, online.get(node.agent))
            for node in known
            if node.retired_at is None
        ],
        agents=agents,
        instruments=await instrument_names.of_facility(database, facility.id),
        assessment=assessed.Assessment.model_validate(msgspec.to_builtins(judged)),
    )
