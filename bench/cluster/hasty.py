"""A control that is broken on purpose: ingest that tells agents and brokers that it holds a batch before it stores it.

`python -m bench.cluster.hasty SETTINGS.toml` runs it in the place of `python -m ingest`. `rounds.control` kills it
while the database lets it store nothing.
"""

import sys
from collections.abc import Callable, Sequence

from ingest import __main__ as program
from ingest.database import DatabaseLink
from ingest.receive import queues
from ingest.receive.gather import Group
from ingest.store import Prepared, Store, delivery_tracking
from ingest.values import Ack

take = delivery_tracking.take


class HastyLine(queues._Line):
    """A line whose messages count as taken when they leave the broker: none of them comes again to another worker."""

    def consume(self, name: str, priority: int) -> None:
        self._channel.basic_consume(name, self._take, auto_ack=True, arguments={"x-priority": priority})

    def settle(self) -> None:
        """Nothing is left to acknowledge."""


def acknowledge_at_once(
    line: DatabaseLink,
    store: Store,
    group: Group,
    publish: Callable[[Sequence[Ack]], None],
    prepared: Prepared | None = None,
) -> None:
    """Acknowledge everything to the agents, then store it."""
    heads = [(one.facility, one.agent, one.head) for _, one in group if one.head is not None]
    publish([Ack(facility, agent, head.epoch, head.seq, head.link.own) for facility, agent, head in heads])
    take(line, store, group, publish, prepared)


if __name__ == "__main__":
    delivery_tracking.take = acknowledge_at_once
    queues._Line = HastyLine  # type: ignore[misc]
    sys.exit(program.main(sys.argv[1:]))
