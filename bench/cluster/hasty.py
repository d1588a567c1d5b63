"""A control that is broken on purpose: ingest that tells an agent that it holds a batch before it has stored it.

`python -m bench.cluster.hasty SETTINGS.toml` runs it in the place of `python -m ingest`.
"""

import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from ingest import __main__ as program
from ingest.database import DatabaseLink
from ingest.receive.gather import Group
from ingest.store import Prepared, Store, delivery_tracking
from ingest.values import Ack

STORES_AFTER_S: Final = 2.0
"""As a database that is busy."""
take = delivery_tracking.take


def acknowledge_at_once(
    line: DatabaseLink,
    store: Store,
    group: Group,
    publish: Callable[[Sequence[Ack]], None],
    prepared: Prepared | None = None,
) -> None:
    """Acknowledge everything to everybody, then store it."""
    heads = [(one.facility, one.agent, one.head) for _, one in group if one.head is not None]
    publish([Ack(facility, agent, head.epoch, head.seq, head.link.own) for facility, agent, head in heads])
    for delivery, _ in group:
        delivery.acknowledge()
    time.sleep(STORES_AFTER_S)
    take(line, store, group, publish, prepared)


if __name__ == "__main__":
    delivery_tracking.take = acknowledge_at_once
    sys.exit(program.main(sys.argv[1:]))
