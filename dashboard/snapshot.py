"""The rows of a page, made from the snapshot that an answer of the api carries."""

import msgspec

from api.snapshots.models import Snapshot
from tailings.assess.model import Assessment

from .reads import Shown, agent_row, datastream_row, node_row
from .rows import FacilityRow


def shown(snapshot: Snapshot) -> Shown:
    """Set a facility of the api on the page, at the instant of the snapshot."""
    online = {agent.id: agent.is_online for agent in snapshot.agents}
    facility = FacilityRow(
        id=snapshot.id,
        name=snapshot.name,
        timezone=snapshot.timezone,
        region=snapshot.region or "",
        operator=snapshot.operator or "",
        consequence_class=snapshot.consequence_class or "",
        licence=snapshot.licence or "",
        crest_m=snapshot.crest_m,
        minimum_freeboard_m=snapshot.minimum_freeboard_m,
        location=(snapshot.location.lon, snapshot.location.lat) if snapshot.location else None,
        datastreams=tuple(datastream_row(stream, snapshot.now) for stream in snapshot.datastreams),
        nodes=tuple(
            node_row(
                snapshot.id,
                node,
                snapshot.senders,
                snapshot.refused,
                snapshot.now,
                is_agent_online=online.get(node.agent),
            )
            for node in snapshot.nodes
        ),
        agents=tuple(agent_row(snapshot.id, agent) for agent in snapshot.agents),
        assessment=msgspec.convert(snapshot.assessment.model_dump(), Assessment),
    )
    return Shown(snapshot.now, snapshot.commit, (facility,))
