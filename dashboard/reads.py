"""Sets the api's overview out as the rows of a page, at the instant of the answer."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from api.datastreams.models import Datastream
from api.http.dependencies import Data
from api.nodes.models import Agent, Battery
from api.overview import answers
from api.overview.models import FacilityState, InstrumentName, NodeState, Overview
from dashboard.view_models import AgentRow, DatastreamRow, FacilityRow, NodeRow
from tailings import units
from tailings.assess.model import Assessment

from . import ages


@dataclass(frozen=True)
class Shown:
    """What one page shows: facilities, all at the instant `now` and as of the newest `commit`.

    left_out: how many more there are, milder than these, that find no room on it.
    """

    now: datetime
    commit: int
    facilities: tuple[FacilityRow, ...]
    left_out: int = 0

    @property
    def nodes(self) -> tuple[NodeRow, ...]:
        return tuple(node for facility in self.facilities for node in facility.nodes)


async def one(database: Data, facility: str, now: datetime) -> Shown:
    """Ask the api for one facility; raises NotFound."""
    return shown(await answers.of_facility(database, facility, now))


def shown(overview: Overview) -> Shown:
    """Set the api's answer out as rows."""
    found = tuple(facility_row(one, overview.now) for one in overview.facilities)
    return Shown(overview.now, overview.commit, found, max(0, sum(overview.matching.values()) - len(found)))


def facility_row(state: FacilityState, now: datetime) -> FacilityRow:
    """Set a facility of the api at the instant of the page."""
    facility, named = state.facility, {one.instrument: one for one in state.instruments}
    return FacilityRow(
        id=facility.id,
        name=facility.name,
        timezone=facility.timezone,
        region=facility.region or "",
        operator=facility.operator or "",
        consequence_class=facility.consequence_class or "",
        licence=facility.licence or "",
        sample_data=facility.sample_data or "",
        crest_m=facility.crest_m,
        minimum_freeboard_m=facility.minimum_freeboard_m,
        location=(facility.location.lon, facility.location.lat) if facility.location else None,
        datastreams=tuple(
            datastream_row(one, now, named.get(f"{one.node}:{one.instrument}")) for one in state.datastreams
        ),
        nodes=tuple(node_row(facility.id, one, now) for one in state.nodes),
        agents=tuple(agent_row(facility.id, one) for one in state.agents),
        assessment=msgspec.convert(state.assessment, Assessment, from_attributes=True),
    )


def datastream_row(stream: Datastream, now: datetime, named: InstrumentName | None = None) -> DatastreamRow:
    """Set a datastream of the api at the instant of the page; named: what its instrument is called."""
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
        title=named.title if named else "",
        place=(named.place or "") if named else "",
    )


def node_row(facility: str, state: NodeState, now: datetime) -> NodeRow:
    """Set a node of the api at the instant of the page."""
    node = state.node
    return NodeRow(
        facility=facility,
        id=node.id,
        name=node.name or "",
        agent=node.agent,
        expected_interval_s=node.expected_interval_s,
        last_pack=state.last_seen_at,
        age_s=ages.age_s(state.last_seen_at, now),
        ledger=state.packs.model_dump() if state.packs else {},
        battery_v=_battery_v(node.battery),
        battery_quality=node.battery.quality if node.battery else None,
        refused=state.refused or "",
        link_lost_s=ages.age_s(node.link_lost_at, now) if node.link_lost_at else None,
        asks_time=node.asks_time,
        configuration_refused=node.configuration_refused or "",
        is_agent_online=state.is_agent_online,
        faults=tuple(f"{fault.instrument}: {fault.text}" for fault in state.faults),
    )


def _battery_v(battery: Battery | None) -> float | None:
    if battery is None or battery.result is None:
        return None
    return units.convert(battery.result, battery.unit, "V")


def agent_row(facility: str, agent: Agent) -> AgentRow:
    """Set an agent of the api on the page."""
    return AgentRow(
        facility=facility,
        id=agent.id,
        is_online=agent.is_online,
        received_at=agent.received_at,
        version=agent.version,
        stored_version=agent.stored_version,
        is_current=agent.is_current,
        refused=agent.refused or "",
        waiting=agent.waiting_batches,
        oldest_at=agent.oldest_at,
        not_received=sum(agent.not_received.values()),
    )
