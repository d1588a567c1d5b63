"""BatchItems: the values that a batch carries from an edge agent to the centre, each valid on its own."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from codec.chain import Link
from wire.protocol import PROTOCOL

Item = TypeVar("Item")
STORED, VOID, QUARANTINED = "stored", "void", "quarantined"  # what became of a pack


class BatchObservation(NamedTuple):
    """One observation: `name` is node:instrument.quantity, `time_ms` Unix milliseconds, `quality` a QARTOD flag.

    `value` is None, with `missing` saying why, exactly when `quality` is 9. `tests` are the names of those that
    decided, with commas; `cfg` is the configuration version that derived it, None for raw ones.
    """

    name: str
    time_ms: int
    value: float | None
    quality: int
    tests: str | None
    cfg: int | None
    unit: str | None
    missing: str | None


class PackRecord(NamedTuple):
    """One pack that the agent took: stored, void or quarantined; `at_s` is its bt, `late` how many readings were."""

    node: str
    received_ms: int
    epoch: str
    seq: int
    oldest_unacked: int
    status: str
    dropped: int | None
    at_s: int | None
    late: int


class FaultRecord(NamedTuple):
    """What a node says of an instrument at fault: `name` is node:fault.instrument, `text` what went wrong."""

    name: str
    time_ms: int
    text: str


class QuarantineRecord(NamedTuple):
    """What the agent refused: its `bytes` bytes, at most `limits.MAX_QUARANTINE_BYTES` of them, and why."""

    node: str
    received_ms: int
    raw: bytes
    reason: str
    field: str
    fix: str
    bytes: int
    epoch: str | None
    seq: int | None


class Batch:
    """A valid batch; `repeats` are (node, running total of duplicate packs seen from it).

    `verdicts` are observations that were told before, with the flag that they have now that later ones are there;
    `protocol` and `chain` are what its head states; an agent of before chains states none.
    """

    def __init__(
        self,
        facility: str,
        agent: str,
        epoch: str,
        seq: int,
        oldest_unacked: int,
        observations: list[BatchObservation] | None = None,
        packs: list[PackRecord] | None = None,
        repeats: Sequence[tuple[str, int]] | None = None,
        quarantine: Sequence[QuarantineRecord] | None = None,
        faults: Sequence[FaultRecord] | None = None,
        verdicts: Sequence[BatchObservation] | None = None,
        protocol: int = PROTOCOL,
        chain: Link | None = None,
    ) -> None:
        self.facility = facility
        self.agent = agent
        self.epoch = epoch
        self.seq = seq
        self.oldest_unacked = oldest_unacked
        self._observations = observations or []
        self.packs = packs or []
        self.repeats: Sequence[tuple[str, int]] = repeats or []
        self.quarantine: Sequence[QuarantineRecord] = quarantine or []
        self.faults: Sequence[FaultRecord] = faults or []
        self.verdicts: Sequence[BatchObservation] = verdicts or []
        self.protocol = protocol
        self.chain = chain

    @property
    def observations(self) -> list[BatchObservation]:
        """The observations one by one, in the order of the wire."""
        return self._observations


def added(items: Sequence[Item], item: Item) -> list[Item]:
    """Return a list with one more, the same where it is one: what a batch has none of may be no list."""
    if isinstance(items, list):
        items.append(item)
        return items
    return [*items, item]
