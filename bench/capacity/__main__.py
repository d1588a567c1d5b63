"""`python -m bench.capacity [--facilities N ...] [--seconds S] [--times T ...]` measures what facilities take.

It writes the figures of `tailwatch capacity` and docs/bench/capacity.*. Ctrl-C ends everything and writes nothing.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import machine
from bench.capacity import plant, report
from bench.capacity.measuring import LATE_S, Site, point
from bench.stretch import MINUTE_S
from bench.testbed import Testbed
from tailwatch.capacity import CapacityFigures, CapacityPoint

FACILITIES: Final = (0, 10, 30, 100)
TIMES: Final = (10.0, 30.0, 100.0, 300.0)
SECONDS: Final = 120.0
WARM_UP: Final = 30.0
INTERRUPTED: Final = 130


def measure(facilities: Sequence[int], times: Sequence[float], seconds: float) -> CapacityFigures:
    """Run them on a ground of their own: the most of them faster and faster, then each number at its own rhythm."""
    most = max(facilities)
    with Testbed.open([plant.text(one) for one in range(most)]) as ground:
        site = Site(ground, most, ahead_s=seconds / 2 * sum(times) + 2 * WARM_UP * MINUTE_S)
        told = machine.describe(ground.connect())
        point(site, most, WARM_UP, times=MINUTE_S)  # what each first reading brings with it is not what one costs
        rows, (size, log), sent = site.rows(), site.bytes(), site.sent_bytes
        fast = []
        for faster in times:
            fast.append(_said(point(site, most, seconds / 2, faster)))
            if fast[-1].slowest_ack_s > LATE_S:
                break
        site.settle()
        points = [_said(point(site, one, seconds)) for one in facilities]
        more = site.rows() - rows
        size_after, log_after = site.bytes()
    return CapacityFigures(
        machine=f"{told['cpu']}, {told['cores']} cores, {told['memory_gb']} GB, {told['system']}",
        measured_on=str(told["date"]),
        points=tuple(points),
        disk_bytes=(size_after - size) / more,
        log_bytes=(log_after - log) / more,
        network_bytes=(site.sent_bytes - sent) / more,
        fastest=max((one for one in (*fast, points[-1]) if one.slowest_ack_s <= LATE_S), key=lambda one: one.rows_s),
    )


def _said(found: CapacityPoint) -> CapacityPoint:
    cores = ", ".join(f"{name} {spent / found.seconds:.3f}" for name, spent in found.cpu_s.items())
    rows, ack_s = f"{found.rows_s:,.0f} readings/s", found.slowest_ack_s
    print(f"{found.facilities} facilities, {rows}: {cores} cores; slowest ack {ack_s:.1f} s", flush=True)
    return found


def main(words: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    asked = _parser().parse_args(words)
    try:
        found = measure(asked.facilities, asked.times, asked.seconds)
    except KeyboardInterrupt:
        print("\ninterrupted: nothing is written", file=sys.stderr)
        return INTERRUPTED
    report.write(found, asked.figures, asked.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--facilities", type=int, nargs="+", default=FACILITIES, help="so many side by side")
    parser.add_argument("--times", type=float, nargs="*", default=TIMES, help="clocks so much faster, at the end")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each (default 120)")
    parser.add_argument("--figures", type=Path, default=report.FIGURES, help="file of the figures")
    parser.add_argument("--out", type=Path, default=report.FOLDER, help="folder of the document")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
