"""From publishing a pack to its ack, at half of what ingest can take."""

from typing import Final

import numpy as np

from bench.figures import Figure, Rounds, figure
from bench.raw_client import Bare
from bench.run import Run
from bench.sender import Sender, acked_s
from bench.storage_ways import ACK_TOPIC, BATCH_TOPIC, ThroughBroker
from bench.stretch import EPOCH, Stretch, messages

PACKS_A_MINUTE: Final = 20
"""1,000 datastreams in packs of 50."""


def run(run: Run) -> list[Figure]:
    """Median, 99th percentile and worst in ms."""
    with Sender(run.ground, [ACK_TOPIC]) as sender:
        ours = ThroughBroker(run.ground, sender)
        packs_s = ours.rate(run.size.minutes) / 50 / 2
        found: dict[str, list[float]] = {"median": [], "ours": [], "worst": []}
        run.meter.begin("ingest: latency at half load", run.size.rounds)
        for _ in range(run.size.rounds):
            minutes = max(1, round(packs_s * run.size.latency_s / PACKS_A_MINUTE))
            run.ground.rest()
            delays_ms = _delays_ms(run, sender, run.ground.stretch(minutes), packs_s)
            for name, value in zip(found, np.percentile(delays_ms, (50, 99, 100)).tolist(), strict=True):
                found[name].append(value)
            run.meter.tick()
    rounds = {name: Rounds.of(values) for name, values in found.items()}
    return [
        figure(
            "publish to mark, 99th percentile at half load",
            "ms",
            rounds,
            goal="< 250",
            facts={"packs_per_s": round(packs_s)},
        )
    ]


def _delays_ms(run: Run, sender: Sender, stretch: Stretch, packs_s: float) -> list[float]:
    """From when each pack was due to its ack."""
    payloads = messages(stretch, run.ground.numbers)
    last = run.ground.numbers.last(EPOCH)
    start_s = Bare(run.ground).pace([(BATCH_TOPIC, payload) for payload in payloads], packs_s)
    sender.wait_for_acks({ACK_TOPIC: (EPOCH, last)})
    covered_s = acked_s(sender.heard(ACK_TOPIC, EPOCH), last - len(payloads) + 1, len(payloads))
    return [(acked_at_s - start_s - place / packs_s) * 1000 for place, acked_at_s in enumerate(covered_s)]
