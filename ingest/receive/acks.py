"""Acks: what the centre tells each agent that it holds, retained, so that the agent may free its buffer."""

from collections.abc import Callable, Iterable

from ingest.values import Ack
from wire import acks, topics

Publish = Callable[[str, bytes], bool]


def publish(send: Publish, told: Iterable[Ack]) -> None:
    """Publish the acks of committed sequence states. One that does not leave is made good at the next connect."""
    for ack in told:
        send(topics.agent_ack(ack.facility, ack.agent), acks.encode(ack.epoch, ack.through))
