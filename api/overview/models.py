"""Facilities at one instant as the api shows them: what they measure, who speaks, and what it means."""

from pydantic import Field

from api.assessments.models import Assessment
from api.datastreams.models import Datastream
from api.facilities.models import Facility
from api.http.models import Shape, Time
from api.ledger.models import LedgerCounts
from api.nodes.models import Agent, Fault, Node
from tailings.assess.model import Verdict


class NodeState(Shape):
    """A node with what its packs, its readings, its gateway and the quarantine say together."""

    node: Node
    last_seen_at: Time | None = Field(
        description="When a pack of it was last stored, or its newest reading was taken, whichever is later; of a node "
        "whose newest packs are refused by its readings alone; null: never"
    )
    refused: str | None = Field(
        description="Why its newest packs lie in quarantine; null: they do not, or good readings came after them",
        examples=["no-time"],
    )
    faults: list[Fault] = Field(description="Of its instruments, those that it still told of with its newest readings")
    packs: LedgerCounts | None = Field(description="Its packs by fate, all epochs together; null: none is known")
    is_agent_online: bool | None = Field(description="Whether its gateway is connected; null: it never said a word")


class InstrumentName(Shape):
    """What people call an instrument, in the words of the facility file."""

    instrument: str = Field(examples=["n07:vw1"])
    title: str = Field(description="The name that is painted on it", examples=["Piezometer P-07"])
    place: str | None = Field(description="Where people look for it", examples=["berm B"])


class FacilityState(Shape):
    """One facility; nodes and datastreams that are retired are left out."""

    facility: Facility
    datastreams: list[Datastream]
    nodes: list[NodeState]
    agents: list[Agent]
    assessment: Assessment
    instruments: list[InstrumentName] = Field([], description="Those that the facility file gives a name")


class Choices(Shape):
    """What facilities can be chosen by."""

    regions: list[str] = Field(description="NUTS codes", examples=[["PTI14"]])
    operators: list[str]
    elements: list[str] = Field(description="Commodities of the newest studies", examples=[["Cu", "W"]])


class Place(Shape):
    """Where a facility lies, and its state."""

    facility: str = Field(examples=["vale"])
    name: str
    state: Verdict = Field(description="The worst that is to be said of dam and water")
    lon: float = Field(description="Degrees, WGS 84")
    lat: float


class Overview(Shape):
    """Facilities as they stand at `now`, true up to `commit` (give it to /api/v1/live as `after`)."""

    now: Time = Field(description="The instant that ages and the assessment are of")
    commit: int
    facilities: list[FacilityState]
    by_state: dict[Verdict, int] = Field(default={}, description="How many you may read are in each state")
    matching: dict[Verdict, int] = Field(default={}, description="Of those, how many that meet what was asked for")
    choices: Choices | None = Field(default=None, description="null: of one facility")
    places: list[Place] = Field(default=[], description="Of those that meet what was asked for, on whatever page")


class Places(Shape):
    """Where the facilities lie that meet what was asked for, on whatever page they are."""

    places: list[Place]
