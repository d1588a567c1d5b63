"""A facility at one instant, as answers carry it that are made from many of its parts."""

from pydantic import Field

from api.assessments.models import Assessment
from api.datastreams.models import Datastream
from api.facilities.models import Position
from api.http.models import Shape, Time
from api.ledger.models import Sender
from api.nodes.models import Agent, Node


class Refused(Shape):
    """The newest message of a sender that went to quarantine and is still open there."""

    sender: str = Field(examples=["n07"])
    reason: str = Field(examples=["relative-time"])
    arrived_at: Time


class Snapshot(Shape):
    """A facility at one instant: ages count to `now`, and what is listed is at least as new as `commit`."""

    now: Time = Field(description="The instant that everything in the answer is of")
    commit: int = Field(description="Commit up to which it is true; give it to /api/v1/live as `after`")
    id: str = Field(examples=["vale"])
    name: str
    timezone: str = Field(examples=["Europe/Lisbon"])
    region: str | None = Field(description="NUTS code")
    operator: str | None
    consequence_class: str | None
    licence: str | None
    crest_m: float | None = Field(description="m above the vertical datum, as stated for now")
    minimum_freeboard_m: float | None = Field(description="m, as the facility file states it")
    location: Position | None
    datastreams: list[Datastream] = Field(description="Those in use, with their newest observation")
    nodes: list[Node]
    agents: list[Agent]
    senders: list[Sender] = Field(description="What became of the packs and batches of each sender")
    refused: list[Refused] = Field(description="One of each sender, its newest")
    assessment: Assessment = Field(description="As ingest judged it, and as it reads at `now`")
