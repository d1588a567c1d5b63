"""What compression of batches saves and costs: `python -m bench.compression` prints a line for each size and level.

Six instruments with values that walk at random in the digits that their loggers give, as an edge agent forwards them.
"""

import time
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np

from codec import batch
from wire import quality

ROWS: Final = (3, 8, 15, 50, 500, 3000)
LEVELS: Final = (1, 6, 9)
ROUNDS: Final = 20
SEED: Final = 7
START_MS: Final = 1_764_079_200_000
STEP_MS: Final = 600_000
INSTRUMENTS: Final = (  # name, unit, first value, step, digits
    ("n01:vw1.frequency", "Hz", 2831.4, 0.4, 1),
    ("n01:vw1.thermistor", "Ohm", 4821.0, 3.0, 0),
    ("n01:vw1.pressure", "kPa", 93.25, 0.05, 6),
    ("n02:pond.level", "m", 612.482, 0.004, 3),
    ("n02:weir1.flow", "L/s", 4.2, 0.05, 6),
    ("n03:sonde1.ph", "[pH]", 6.81, 0.01, 2),
)


def sample(rows: int) -> bytes:
    """A batch of so many observations, with a pack record for each six."""
    chance = np.random.default_rng(SEED)
    observations: list[batch.BatchObservation] = []
    for name, unit, first, step, digits in INSTRUMENTS:
        values = np.round(first + np.cumsum(chance.normal(0.0, step, rows)), digits)
        observations += [
            batch.BatchObservation(
                name, START_MS + place * STEP_MS, value, quality.PASS, None, cfg=None, unit=unit, missing=None
            )
            for place, value in enumerate(values.tolist())
        ]
    observations = sorted(observations, key=lambda one: one.time_ms)[:rows]
    packs = [
        batch.PackRecord(
            "n01",
            one.time_ms + 900,
            "9f3a01bc",
            seq,
            seq,
            status=batch.STORED,
            dropped=None,
            at_s=one.time_ms // 1000,
            late=0,
        )
        for seq, one in enumerate(observations[:: len(INSTRUMENTS)])
    ]
    whole = batch.Batch("vale", "gw1", "5c77e0d1", 12, 12, observations=observations, packs=packs)
    return batch.put_head(batch.encode(whole), "vale", "gw1", "5c77e0d1", 12, oldest_unacked=12)


def lines() -> Iterator[str]:
    """A table: rows, bytes, and for each level how many times smaller, and how many MB/s of batches one core does."""
    yield "rows    bytes  " + "  ".join(f"level {level}: times smaller, MB/s" for level in LEVELS)
    for rows in ROWS:
        data = sample(rows)
        cells = [f"{len(data) / len(zlib.compress(data, one)):19.2f}, {_speed(data, one):6.0f}" for one in LEVELS]
        yield f"{rows:4d}  {len(data):7d}  " + "   ".join(cells)


def _speed(data: bytes, level: int) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start_s = time.perf_counter()
        zlib.compress(data, level)
        seconds.append(time.perf_counter() - start_s)
    return len(data) / min(seconds) / 1e6


if __name__ == "__main__":
    print("\n".join(lines()))
