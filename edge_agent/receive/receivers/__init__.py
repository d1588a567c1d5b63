"""Receivers: where readings enter the agent. One file each; what they give is a delivery, and delivery tracking is its
contract.

A file `name.py` here is what `[[receivers]] kind = "name"` in the agent's settings means. It has
    Settings                    a frozen msgspec.Struct, tagged `kind`, unknown keys forbidden; its `feeds()` says
                                which raw datastreams it fills: {where in the settings: datastream};
                                with `said_units()` {datastream: unit} that its senders say other units in,
                                with `within(facility)` it takes what it needs from facility.toml first, and
                                `topics()` are those that it reads at the site's broker or another one
    open(settings, place)       starts it: a Receiver; `place` (edge_agent.receive.receiver_context) is what it may
                                use of the agent
A receiver has
    take(wait_s) -> list of deliveries     those that have come; waits no longer than wait_s for the first
    close()                                lets go of its connection or file
and, where nodes hear their acks the same way, `tell(acks)`.
A delivery (`edge_agent.values`) carries `acknowledge()`, which the agent calls only after the group commit that
stored it. Until then the sender must still have it: a receiver never drops, it stops reading when the agent is slow,
so that whoever is before it keeps the rest. Everything it holds is bounded. What is not acknowledged comes again,
so a receiver may give the same delivery twice, never none. What it skips it names: in the log once, or as refused.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from edge_agent.receive.acks import Ack
from edge_agent.values import Delivery


class Receiver(Protocol):
    """One way in."""

    def take(self, wait_s: float) -> Sequence[Delivery]: ...

    def close(self) -> None: ...


@runtime_checkable
class TellsAcks(Protocol):
    """A receiver whose nodes get their acks by the same way."""

    def tell(self, acks: Sequence[Ack]) -> None: ...
