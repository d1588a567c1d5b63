"""The edge agent: packs that wait at the site's broker are unpacked, derived from, stored durably and acknowledged."""

import time
from collections.abc import Callable
from itertools import count
from typing import Final

from bench.cases.codec import sample
from bench.figures import Figure, figure
from bench.plant import FACILITY, calibrated_channels, calibrated_nodes, nodes
from bench.programs import Program
from bench.raw_client import Bare
from bench.rounds import Measure
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import BrokerAlone
from bench.stretch import MINUTE_S
from codec import pack, senml
from codec.pack import Pack, Record
from wire import topics

SENDING_NODES: Final = 20
BROKER: Final = "broker alone"
GOAL: Final = ">= 1,000 packs/s, < 60 MB"

Make = Callable[[str, str, int, int], bytes]
"""(node, epoch, seq, Unix time [s]) -> a pack."""


def run(run: Run) -> list[Figure]:
    """Packs/s: plain packs of 50 in JSON and CBOR, and packs of piezometers in which half as much again is derived."""
    run.ground.stop("ingest")  # its share of two cores is not the agent's; batches wait at the broker
    agent = run.ground.agent()
    acks = [topics.ack(FACILITY, node) for node in (*nodes()[:SENDING_NODES], *calibrated_nodes())]
    with Sender(run.ground, acks) as sender:
        return [
            _figure(
                run,
                sender,
                agent,
                f"edge agent, packs of 50, {short}",
                plain(content_type),
                every=nodes(),
                content_type=content_type,
            )
            for short, content_type in (("JSON", senml.JSON), ("CBOR", senml.CBOR))
        ] + [
            _figure(
                run,
                sender,
                agent,
                "edge agent, packs of 20 with 30 derived values",
                calibrated,
                every=calibrated_nodes(),
                content_type=senml.JSON,
            )
        ]


def _figure(
    run: Run, sender: Sender, agent: Program, name: str, make: Make, every: list[str], content_type: str
) -> Figure:
    epochs = (f"{number:08x}" for number in count(run.ground.numbers.next("epochs of nodes") * 1000 + 1))
    senders, bare = every[:SENDING_NODES], Bare(run.ground)

    def packs() -> tuple[str, list[tuple[str, bytes]]]:
        epoch = next(epochs)
        minutes = -(-run.size.agent_packs // len(senders))
        start_s = run.ground.stretch(minutes).start_s
        return epoch, [
            (topics.obs(FACILITY, node), make(node, epoch, seq, start_s + seq * MINUTE_S))
            for seq in range(minutes)
            for node in senders
        ]

    def ours() -> float:
        epoch, made = packs()
        with agent.frozen():
            bare.publish(made, content_type)
            start_s = time.monotonic()
        last = len(made) // len(senders) - 1
        end_s = sender.wait_for_acks({topics.ack(FACILITY, node): (epoch, last) for node in senders})
        return len(made) / (end_s - start_s)

    broker = BrokerAlone(run.ground, [payload for _, payload in packs()[1]])
    contenders: dict[str, Measure] = {BROKER: broker.rate, "ours": ours}
    agent.forget_peak()
    found = run.rounds(name, contenders)
    return figure(name, "packs/s", found, limit=BROKER, goal=GOAL, memory_mb=agent.peak_mb())


def plain(content_type: str) -> Make:
    """Packs of 50 frequencies."""
    return lambda node, epoch, seq, time_s: sample(content_type, seq, time_s, node, epoch)


def calibrated(node: str, epoch: str, seq: int, time_s: int) -> bytes:
    """A pack of ten piezometers, from which temperature, pressure and level are derived."""
    records = [
        Record(name, time_s * 1000, 2800.5 + seq % 100 if name.endswith("frequency") else 4500.0, None, None, text=None)
        for name in calibrated_channels()
    ]
    made = Pack(
        f"{FACILITY}:{node}:", epoch, seq, 0, time_s, boot=None, uptime_s=None, void=None, dropped=None, records=records
    )
    return pack.encode(made, senml.JSON)
