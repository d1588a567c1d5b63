"""Ingest of batches with a single reading: there the broker is the limit."""

from functools import partial
from typing import Final

from bench.figures import Figure, figure
from bench.peers import INSERT_EACH, Usual
from bench.rounds import Measure
from bench.run import Run
from bench.sender import Sender
from bench.storage_ways import ACK_TOPIC, BrokerAlone, PahoAlone, ThroughBroker
from bench.stretch import Numbers, messages

BROKER: Final = "broker alone"
PAHO: Final = "broker and a client of paho that stores nothing"


def run(run: Run) -> list[Figure]:
    """Messages/s, each with one reading and the record of its pack."""
    count = run.size.single_messages
    alone = messages(run.ground.stretch(max(1, count // 1000)), Numbers(), readings_a_pack=1)
    broker = BrokerAlone(run.ground, alone)
    with Sender(run.ground, [ACK_TOPIC]) as sender:
        ours = ThroughBroker(run.ground, sender)
        contenders: dict[str, Measure] = {
            BROKER: broker.rate,
            PAHO: PahoAlone(run.ground, alone).rate,
            "ours": lambda: ours.rate(max(1, count // 1000), readings_a_pack=1),
            INSERT_EACH: partial(Usual(run.ground).rate, INSERT_EACH, run.size.naive_rows // 4, 1),
        }
        ours.program.forget_peak()
        found = run.rounds("ingest: one reading a message", contenders)
        memory_mb = ours.program.peak_mb()
    # The goal was set with a usual client (11 to 17 thousand messages/s); a bare socket shows how far the broker goes.
    return [
        figure(
            "ingest, messages of one reading",
            "messages/s",
            found,
            limit=PAHO,
            goal=">= 0.90",
            memory_mb=memory_mb,
        ),
        figure("ingest, messages of one reading, against a bare socket", "messages/s", found, limit=BROKER),
    ]
