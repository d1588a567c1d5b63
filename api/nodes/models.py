"""A node as the api shows it: does it still speak, and what does its battery say?"""

from pydantic import Field

from api.http.models import Shape, Time


class Battery(Shape):
    """The newest observation of the node's battery voltage."""

    datastream: str = Field(examples=["vale:n07:battery.voltage"])
    time: Time
    result: float | None
    unit: str
    quality: int


class Epoch(Shape):
    """One sequence state of the node's ledger: it began when the node's outbox was made."""

    epoch: str = Field(examples=["9f3a01bc"])
    started_at: Time
    updated_at: Time
    through: int = Field(description="Every pack up to this seq is stored or accounted for")


class Fault(Shape):
    """What the node said last of an instrument at fault."""

    instrument: str = Field(examples=["sonde1"])
    text: str = Field(examples=["no answer in 2000 ms"])
    since: Time = Field(description="When it first said so")
    at: Time = Field(description="When it last said so")
    times: int = Field(description="How often it told of any fault of this instrument")


class Node(Shape):
    """A field sensor node."""

    id: str = Field(examples=["n07"])
    name: str | None
    agent: str
    expected_interval_s: float | None
    retired_at: Time | None
    last_pack_at: Time | None = Field(description="When a pack of this node was last stored; one in quarantine is not")
    last_time: Time | None = Field(description="Phenomenon time of its newest observation")
    age_s: float | None = Field(description="Seconds since `last_time`")
    is_silent: bool = Field(description="It has spoken before, and nothing of it came for three expected intervals")
    link_lost_at: Time | None = Field(description="Since when its link is lost, by its gateway's word; null: none")
    asks_time: bool = Field(description="It asks its gateway for the time again and again and gets no answer")
    configuration_refused: str | None = Field(
        default=None, description="Why it did not take its newest configuration, in its own words; null: it did"
    )
    battery: Battery | None
    faults: list[Fault] = Field(description="Of its instruments, the newest first; also such as are over")
    folded_faults: int = Field(
        default=0, description="How often it told of other instruments that no facility file has, than are listed"
    )
    epochs: list[Epoch] = Field(description="Newest first")


class Agent(Shape):
    """An edge agent, by its own last word; null where it did not say."""

    id: str = Field(examples=["gw1"])
    is_online: bool | None = Field(description="null: it never said a word")
    received_at: Time | None = Field(description="When its state last came here")
    version: int | None = Field(description="Version of the facility file that it works by")
    stored_version: int = Field(description="Version that is stored at the centre")
    is_current: bool | None = Field(description="It works by the very file that is stored")
    refused: str | None = Field(description="Why it did not take a facility file")
    waiting_batches: int | None
    oldest_at: Time | None = Field(description="When the oldest batch that waits was written")
    not_received: dict[str, int] = Field(description="By node: radio frames that were counted and never received")


class Nodes(Shape):
    """The nodes of a facility, and the edge agents before them."""

    nodes: list[Node]
    agents: list[Agent]
