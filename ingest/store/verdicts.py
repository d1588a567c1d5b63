"""Verdicts of agents on their way into the store: first as observations, which they are too, then as another flag.

A verdict may overtake the batch that told the observation first. It is then stored as that observation, with the flag
that it has now; when the other one comes, the first stays.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from codec.batch import Batch
from codec.columns import Share, columns_of
from ingest.store.observations import Tally
from ingest.store.rows import ObservationRows
from ingest.values import Arrival, Connection

Spans = dict[int, tuple[int, int]]
"""First and last time [Unix ms] by datastream id."""
Take = Callable[[Connection, str, str, ObservationRows], Spans]
"""Gives stored rows the flags of these, by facility and agent; returns what changed."""


def as_observations(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Return the arrivals that have verdicts, with these in place of their observations."""
    return [_told(arrival, arrival.batch) for arrival in arrivals if arrival.batch and arrival.batch.verdicts]


def take(connection: Connection, told: Sequence[Arrival], rows: ObservationRows, take_over: Take) -> list[Tally]:
    """Let each agent's verdicts be taken over; return the spans that changed, as tallies that count nothing."""
    agents = [(arrival.facility, arrival.agent) for arrival in told]
    changed: list[Tally] = []
    for agent in sorted(set(agents)):
        of_agent = np.array([one == agent for one in agents])[rows.arrival]
        spans = take_over(connection, *agent, rows.take(of_agent))
        changed += [
            Tally(one, last_ms, None, 0, None, count=0, first_ms=first_ms) for one, (first_ms, last_ms) in spans.items()
        ]
    return changed


def _told(arrival: Arrival, sent: Batch) -> Arrival:
    head = (sent.facility, sent.agent, sent.epoch, sent.seq, sent.oldest_unacked)
    batch = Batch(*head, observations=list(sent.verdicts))
    share = Share(columns_of(batch), 0, len(batch.observations))
    return msgspec.structs.replace(arrival, batch=batch, share=share, refused=())
