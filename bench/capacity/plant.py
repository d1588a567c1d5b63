"""Facilities of one kind: two nodes with 50 vibrating wires each, a reading a minute, and a plan that looks at four."""

from collections.abc import Iterator, Sequence
from typing import Final

from bench import plant
from bench.plant import AGENT, PER_NODE
from bench.stretch import EPOCH, MS_PER_S, NODE_EPOCH, Numbers
from codec import batch
from codec.batch import Batch, BatchObservation, PackRecord
from wire import quality

NODES: Final = ("n000", "n001")
DATASTREAMS: Final = len(NODES) * PER_NODE
HZ: Final = 2850.0
YELLOW_HZ, ORANGE_HZ, RED_HZ = 3000.0, 3100.0, 3200.0
PLAN: Final = """\
[tarp.water]
failure_mode = "water rises"
approved_by = "Nobody"
approved_on = 2024-01-01
"""
LEVEL: Final = """\
[[tarp.water.levels]]
level = "{level}"
when = {{ any = [{conditions}] }}
actions = [{{ who = "Nobody", what = "Look", within_h = 1.0 }}]
"""
CONDITION: Final = '{{ datastream = "n000:vw{number:02d}.frequency", test = "above", value = {hz}, hysteresis = 1.0 }}'
WATCHED: Final = 4


def name(number: int) -> str:
    """The id of a facility."""
    return f"cap{number:03d}"


def text(number: int) -> str:
    """The facility file."""
    head = plant.head(name(number), NODES)
    nodes = [plant.NODE.format(node=node) for node in NODES]
    wires = [plant.WIRE.format(node=node, number=place) for node in NODES for place in range(PER_NODE)]
    levels = [_level(*one) for one in (("yellow", YELLOW_HZ), ("orange", ORANGE_HZ), ("red", RED_HZ))]
    return "".join([head, *nodes, *wires, PLAN, *levels])


def _level(level: str, hz: float) -> str:
    conditions = [CONDITION.format(number=place, hz=hz) for place in range(WATCHED)]
    return LEVEL.format(level=level, conditions=", ".join(conditions))


def minute(facility: str, at_s: int, numbers: Numbers) -> Iterator[bytes]:
    """What the agent of a facility sends of a minute: a batch for the pack of each node."""
    for node in NODES:
        epoch = EPOCH
        readings = [
            BatchObservation(
                f"{node}:vw{place:02d}.frequency",
                at_s * MS_PER_S,
                HZ + (at_s // 60 + place) % 7,
                quality.PASS,
                None,
                cfg=None,
                unit="Hz",
                missing=None,
            )
            for place in range(PER_NODE)
        ]
        yield _sent(facility, epoch, numbers, readings, [_pack(facility, node, at_s, numbers)])


def _pack(facility: str, node: str, at_s: int, numbers: Numbers) -> PackRecord:
    seq = numbers.next(f"{facility}/{node}")
    return PackRecord(
        node, (at_s + 1) * MS_PER_S, NODE_EPOCH, seq, 0, status=batch.STORED, dropped=None, at_s=at_s, late=0
    )


def _sent(
    facility: str, epoch: str, numbers: Numbers, readings: list[BatchObservation], packs: Sequence[PackRecord]
) -> bytes:
    seq = numbers.next(epoch)
    body = batch.encode(Batch(facility, AGENT, epoch, seq, 0, observations=readings, packs=list(packs)))
    link = numbers.link(epoch, body)
    return batch.put_head(body, facility, AGENT, epoch, seq, oldest_unacked=0, link=link)
