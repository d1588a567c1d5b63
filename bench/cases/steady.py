"""The edge agent under a steady thousand packs a second: what it keeps up with, how late an ack comes, its memory."""

from collections.abc import Callable
from typing import Final

import numpy as np

from bench.cases import agent
from bench.figures import Figure, Rounds, WrongResult, figure
from bench.plant import FACILITY, calibrated_nodes, nodes
from bench.raw_client import Bare
from bench.run import Run
from bench.sender import Sender, acked_s
from bench.stretch import MINUTE_S
from codec import fast, senml
from wire import topics

PACKS_S: Final = 1000
GOAL: Final = "1,000 packs/s on one core, < 60 MB"
TEMPLATE_S: Final = 1_500_000_000
"""The time in the pack that all packs of a node are made from; no value in it has these digits."""

Node = Callable[[int, int], bytes]
"""(seq, Unix time [s]) -> a pack."""


def run(run: Run) -> list[Figure]:
    """Packs/s from the first publish to the last ack; the delays are from when a pack was due to its ack."""
    run.ground.stop("ingest")  # as in the case before: its share of two cores is not the agent's
    kinds = (
        ("edge agent, 1,000 packs/s of 50", agent.plain(senml.JSON), nodes()),
        ("edge agent, 1,000 packs/s of 20 with 30 derived values", agent.calibrated, calibrated_nodes()),
    )
    return [_figure(run, name, make, every[: agent.SENDING_NODES]) for name, make, every in kinds]


def _figure(run: Run, name: str, make: agent.Make, senders: list[str]) -> Figure:
    program = run.ground.agent()
    epoch = f"{0x5EAD0000 + run.ground.numbers.next('epochs of a steady stream'):08x}"
    minutes = round(run.size.steady_s * PACKS_S) // len(senders)
    start_s = run.ground.stretch(minutes).start_s
    making = {node: _node(make, node, epoch) for node in senders}
    packs = [
        (topics.obs(FACILITY, node), making[node](seq, start_s + seq * MINUTE_S))
        for seq in range(minutes)
        for node in senders
    ]
    acks = [topics.ack(FACILITY, node) for node in senders]
    run.meter.begin(name, 1)
    with Sender(run.ground, acks) as sender:
        program.forget_peak()
        cpu_s = program.cpu_s()
        first_s = Bare(run.ground).pace(packs, PACKS_S)
        end_s = sender.wait_for_acks(dict.fromkeys(acks, (epoch, minutes - 1)))
        cpu_s = program.cpu_s() - cpu_s
        acked = np.array([acked_s(sender.heard(ack, epoch), 0, minutes) for ack in acks]).T.ravel()
    run.meter.tick()
    delays_ms = (acked - first_s - np.arange(len(packs)) / PACKS_S) * 1000
    facts = dict(
        zip(("median_ms", "p99_ms", "worst_ms"), np.percentile(delays_ms, (50, 99, 100)).tolist(), strict=True)
    )
    facts |= {"seconds": run.size.steady_s, "share_of_a_core": cpu_s / (end_s - first_s)}
    found = {"ours": Rounds.of([len(packs) / (end_s - first_s)])}
    return figure(name, "packs/s", found, goal=GOAL, memory_mb=program.peak_mb(), facts=facts)


def _node(make: agent.Make, node: str, epoch: str) -> Node:
    """Packs of one node from a template: encoding sixty thousand of them takes longer than sending them."""
    template = make(node, epoch, 0, TEMPLATE_S)
    head, rest = template.split(b'"seq","v":0')
    before, after = head.split(b"%d" % TEMPLATE_S)

    def pack(seq: int, time_s: int) -> bytes:
        return b'%s%d%s"seq","v":%d%s' % (before, time_s, after, seq, rest)

    if fast.decode_pack(pack(7, 1_764_000_000), senml.JSON).seq != 7:
        raise WrongResult("the template does not make packs")
    return pack
