"""Reading a pack of 50 readings: the fast codec in JSON and CBOR, the reference, and the parser alone as the limit."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Final

import cbor2
import msgspec

from bench.figures import Figure, figure
from bench.plant import FACILITY, channels
from bench.rounds import Measure
from bench.run import Run
from codec import fast, pack, senml
from codec.pack import Pack, Record

REFERENCE_SHARE: Final = 10
"""The reference is so slow that a tenth of the packs is enough."""
TIME_S: Final = 1_764_000_000

Read = Callable[[bytes], object]


def run(run: Run) -> list[Figure]:
    """Packs/s for each content type."""
    parsers: dict[str, Read] = {senml.JSON: msgspec.json.decode, senml.CBOR: lambda data: cbor2.load(BytesIO(data))}
    return [_figure(run, content_type, parser) for content_type, parser in parsers.items()]


def sample(content_type: str, seq: int = 0, time_s: int = TIME_S, node: str = "n000", epoch: str = "0badcafe") -> bytes:
    """A pack of 50 frequencies."""
    records = [
        Record(name, time_s * 1000, 2800.5 + 1.25 * place + seq % 100, "Hz", None, text=None)
        for place, name in enumerate(channels())
    ]
    made = Pack(
        f"{FACILITY}:{node}:", epoch, seq, 0, time_s, boot=None, uptime_s=None, void=None, dropped=None, records=records
    )
    return pack.encode(made, content_type)


def _figure(run: Run, content_type: str, parser: Read) -> Figure:
    short = content_type.partition("+")[2].upper()
    count = run.size.codec_packs
    packs = [sample(content_type, seq) for seq in range(count)]
    spent_s: list[float] = []

    def ours() -> float:
        start_s = time.process_time()
        reached = _rate(lambda data: fast.decode_pack(data, content_type), packs)
        spent_s.append(time.process_time() - start_s)
        return reached

    contenders: dict[str, Measure] = {
        "parser": partial(_rate, parser, packs),
        "ours": ours,
        "reference": partial(
            _rate, lambda data: pack.decode(data, content_type), packs[: max(1, count // REFERENCE_SHARE)]
        ),
    }
    found = run.rounds(f"codec: packs of 50, {short}", contenders)
    facts = {"bytes_per_pack": len(packs[0]), "cpu_us_a_pack": round(statistics.median(spent_s) / count * 1e6, 1)}
    return figure(f"a pack of 50 read, {short}", "packs/s", found, limit="parser", facts=facts)


def _rate(read: Read, packs: list[bytes]) -> float:
    start_s = time.perf_counter()
    for data in packs:
        read(data)
    return len(packs) / (time.perf_counter() - start_s)
