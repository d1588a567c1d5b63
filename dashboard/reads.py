"""Reads what a page shows by the api's own queries, and sets it at one instant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.assessments import queries as assessments
from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.facilities import queries as facilities
from api.facilities.models import Facility
from api.http.database import Database
from api.ledger import queries as ledger
from api.ledger.models import Sender
from api.nodes import heard
from api.nodes import queries as nodes
from api.nodes.models import Agent, Node
from api.quarantine import queries as quarantine
from api.quarantine.models import Quarantined
from api.snapshots.models import Refused
from tailings.assess import freshness
from tailings.assess.model import Assessment

from . import ages
from .rows import AgentRow, DatastreamRow, FacilityRow, NodeRow

MAX_FACILITIES = 500
MAX_DATASTREAMS = 2000
MAX_REFUSED = 500
NEWEST = 2**63 - 1
OPEN: dict[str, str | None] = {"sender": None, "reason": None, "state": "open"}
LONGEST_INTERVAL_S = 86_400


@dataclass(frozen=True)
class Shown:
    """What one page shows: facilities, all at the instant `now` and as of the newest `commit`."""

    now: datetime
    commit: int
    facilities: tuple[FacilityRow, ...]

    @property
    def nodes(self) -> tuple[NodeRow, ...]:
        return tuple(node for facility in self.facilities for node in facility.nodes)


async def everything(database: Database, now: datetime, seen: frozenset[str] | None) -> Shown:
    """Read all facilities that the caller sees (None: all there are)."""
    commit = await facilities.newest_commit(database)
    found = await facilities.all_after(database, "", MAX_FACILITIES, seen)
    judged = await assessments.of_facilities(database, [facility.id for facility in found], now)
    return Shown(now, commit, tuple([await _whole(database, one, None, judged[one.id], now) for one in found]))


async def one(database: Database, facility: str, now: datetime) -> Shown:
    """Read one facility; raises NotFound."""
    commit = await facilities.newest_commit(database)
    found = await facilities.one(database, facility)
    minimum = found.document.get("minimum_freeboard_m")
    judged = await assessments.of_facilities(database, [facility], now)
    return Shown(now, commit, (await _whole(database, found, minimum, judged[facility], now),))


async def _whole(
    database: Database,
    facility: Facility,
    minimum_freeboard_m: object,
    assessment: Assessment,
    now: datetime,
) -> FacilityRow:
    # One by one: a thousand of the api's models at once weigh as much as all the code of the pages.
    streams = await datastreams.shaped(
        database,
        facility.id,
        MAX_DATASTREAMS,
        lambda stream: None if stream.retired_at else datastream_row(stream, now),
    )
    heard = await nodes.of_facility(database, facility.id)
    gateways = await nodes.agents(database, facility.id)
    online = {agent.id: agent.is_online for agent in gateways}
    refused = await quarantine.of_facility(database, facility.id, NEWEST, MAX_REFUSED, False, filters=OPEN)
    senders = ledger.by_sender(await ledger.chapters(database, facility.id, None))
    return FacilityRow(
        id=facility.id,
        name=facility.name,
        timezone=facility.timezone,
        region=facility.region or "",
        operator=facility.operator or "",
        consequence_class=facility.consequence_class or "",
        licence=facility.licence or "",
        crest_m=facility.crest_m,
        minimum_freeboard_m=float(minimum_freeboard_m) if isinstance(minimum_freeboard_m, (int, float)) else None,
        location=(facility.location.lon, facility.location.lat) if facility.location else None,
        datastreams=tuple(stream for stream in streams if stream is not None),
        nodes=tuple(
            node_row(facility.id, node, senders, refused, now, is_agent_online=online.get(node.agent))
            for node in heard
            if node.retired_at is None
        ),
        agents=tuple(agent_row(facility.id, agent) for agent in gateways),
        assessment=assessment,
    )


def datastream_row(stream: Datastream, now: datetime) -> DatastreamRow:
    """Set a datastream of the api at the instant of the page."""
    latest = stream.latest
    return DatastreamRow(
        id=stream.id,
        name=stream.name.removeprefix(f"{stream.facility}:"),
        node=stream.node,
        instrument=stream.instrument,
        quantity=stream.quantity,
        unit=stream.unit,
        formula=stream.formula,
        expected_interval_s=stream.expected_interval_s,
        time=latest.time if latest else None,
        value=latest.result if latest else None,
        quality=latest.quality if latest else None,
        tests=latest.tests if latest else None,
        count=stream.coverage.count or 0,
        first_time=stream.coverage.first,
        age_s=ages.age_s(latest.time, now) if latest else None,
        is_manual=stream.origin == "manual",
    )


def node_row(
    facility: str,
    node: Node,
    senders: Iterable[Sender],
    refused: Iterable[Quarantined | Refused],
    now: datetime,
    is_agent_online: bool | None = None,
) -> NodeRow:
    """Set a node of the api at the instant of the page, with the sums of its ledger."""
    reason = heard.refused_for(node, refused)
    heard_at = heard.heard_at(node, reason)
    counts = next((sender.counts.model_dump() for sender in senders if sender.sender == node.id), {})
    return NodeRow(
        facility=facility,
        id=node.id,
        name=node.name or "",
        agent=node.agent,
        expected_interval_s=node.expected_interval_s,
        last_pack=heard_at,
        age_s=ages.age_s(heard_at, now),
        ledger=counts,
        battery_v=node.battery.result if node.battery else None,
        battery_quality=node.battery.quality if node.battery else None,
        refused=reason,
        link_lost_s=ages.age_s(node.link_lost_at, now) if node.link_lost_at else None,
        asks_time=node.asks_time,
        is_agent_online=is_agent_online,
        faults=tuple(_faults(node)),
    )


def agent_row(facility: str, agent: Agent) -> AgentRow:
    """Set an agent of the api on the page."""
    return AgentRow(
        facility=facility,
        id=agent.id,
        is_online=agent.is_online,
        heard_at=agent.heard_at,
        version=agent.version,
        stored_version=agent.stored_version,
        is_current=agent.is_current,
        refused=agent.refused or "",
        waiting=agent.waiting_batches,
        oldest_at=agent.oldest_at,
        not_received=sum(agent.not_received.values()),
    )


def _faults(node: Node) -> Iterator[str]:
    """Give the faults that are told still: none is stale at the time of the node's newest reading."""
    longest = timedelta(seconds=freshness.stale_after_s(node.expected_interval_s or LONGEST_INTERVAL_S))
    for fault in node.faults:
        if node.last_time is None or fault.at >= node.last_time - longest:
            yield f"{fault.instrument}: {fault.text}"
