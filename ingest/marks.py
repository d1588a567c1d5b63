"""Marks: what the centre tells each agent that it holds, retained, so that the agent may free its buffer."""

from collections.abc import Callable, Iterable

from ingest.values import Mark
from wire import marks, topics

Publish = Callable[[str, bytes], bool]


def publish(send: Publish, told: Iterable[Mark]) -> None:
    """Publish the marks of committed chapters. One that does not leave is made good at the next connect."""
    for mark in told:
        send(topics.agent_ack(mark.facility, mark.agent), marks.encode(mark.epoch, mark.through))
