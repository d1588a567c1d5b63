"""Acks: what the centre tells each agent that it holds, retained, so that the agent may free its buffer."""

from collections.abc import Callable, Iterable

from codec import batch_ack
from codec.batch_ack import BatchAck
from ingest.values import Ack
from wire import topics

Publish = Callable[[str, bytes], bool]


def publish(send: Publish, told: Iterable[Ack]) -> None:
    """Publish the acks of committed sequence states. One that does not leave is made good at the next connect."""
    for ack in told:
        said = BatchAck(ack.epoch, ack.through, ack.chain, ack.differs, ack.held)
        send(topics.agent_ack(ack.facility, ack.agent), batch_ack.encode(said))
