"""Wake times: how long a cycle takes on the VM, step by step, for firmware/wake_times.json.

    python -m firmware.wake_times      builds the firmware for the VM and wakes it with each kind of instrument

What the firmware waits for on purpose (warm-up, sweep, settling, conversion) is the same on a board. What it computes
is not: `computed_s` is the VM's, on this machine. What a double answers at once (edges and samples of a wire,
characters on a line) takes time on a board only; hardware/energy.toml has it from the firmware's own constants.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from firmware.budgets import IDENTITY, QUANTITIES, SUPPLIED
from firmware.build import ROOT, build
from firmware.node import drivers

RESULT: Final = ROOT / "firmware" / "wake_times.json"
HEAP: Final = "heapsize=256wk"  # room for the recorder beside the node
RUNS: Final = 3
CLOCK: Final = """\
from utime import *
import utime

waited_s = [0.0]


def sleep(seconds):
    waited_s[0] += seconds
    utime.sleep(seconds)


def sleep_ms(milliseconds):
    sleep(milliseconds / 1000)
"""
RECORDER: Final = """\
import time

began_us = time.ticks_us()

import sys

from firmware.boards.unix import UnixBoard
from firmware.boards.unix.boot import main
from firmware.node import sampling
from firmware.node.main import Node

inner_read, inner_sample, inner_keep = sampling.read, sampling.sample, Node._keep


def passed(name, function):
    def timed(*given):
        start_us, waited_s = time.ticks_us(), time.waited_s[0]
        result = function(*given)
        print("T", name, time.ticks_diff(time.ticks_us(), start_us) / 1e6, time.waited_s[0] - waited_s)
        return result

    return timed


def sample(board, instruments):
    print("T", "boot", time.ticks_diff(time.ticks_us(), began_us) / 1e6, 0.0)
    return inner_sample(board, instruments)


sampling.read = passed("read", inner_read)
sampling.sample = passed("sample", sample)
Node._keep = passed("pack", inner_keep)
main()
"""


def wake(built: Path, kind: str) -> dict[str, tuple[float, float]]:
    """Step -> (seconds, of which waited) of one cycle with one instrument of this driver."""
    said, _ = _cycle(built, {"driver": kind, **SUPPLIED.get(kind, {})}, kind)
    steps = [line.split()[1:] for line in said.splitlines() if line.startswith("T ")]
    return {step: (float(took), float(waited)) for step, took, waited in steps}


def rails(built: Path, kind: str) -> list[str]:
    """The rails that the pins switch on for the bus of this driver, with an instrument that needs none for itself."""
    _, log = _cycle(built, {"driver": kind}, kind)
    return sorted(name for _, name, level, *_ in map(str.split, log.splitlines()) if level == "1")


def _cycle(built: Path, instrument: dict[str, str], kind: str) -> tuple[str, str]:
    """(what the recorder said, what the rails did) of one cycle."""
    instruments = [{"id": "i0", **instrument}]
    channels = {f"i0.{name}": value for name, value in QUANTITIES[kind].items()}
    configuration = {"interval_s": 60.0, "link_limit_s": 0.1, "instruments": instruments}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "node.json").write_text(json.dumps({**IDENTITY, "configuration": configuration}))
        (folder / "sim.json").write_text(json.dumps({"channels": channels, "trace": True}))
        command = ["micropython", "-X", HEAP, str(built / "record.py"), name]
        done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
        log = folder / "rails.log"
        return done.stdout, log.read_text() if log.exists() else ""


def measure(runs: int = RUNS) -> dict[str, object]:
    """The shortest of some runs for each driver: whatever made a run longer was this machine's other work."""
    version = subprocess.run(["micropython", "--version"], capture_output=True, text=True, check=True).stdout
    found: dict[str, dict[str, float | str | list[str]]] = {}
    boot_s, pack_s = [], []
    with tempfile.TemporaryDirectory() as name:
        built = Path(name) / "unix"
        build(built, "unix")
        (built / "time.py").write_text(CLOCK)
        (built / "record.py").write_text(RECORDER)
        for kind in QUANTITIES:
            cycles = [wake(built, kind) for _ in range(runs)]
            read = [cycle["read"] for cycle in cycles]
            found[kind] = {
                "warm_up_s": float(drivers.load(kind).WARM_UP_S),
                "waited_s": round(min(waited for _, waited in read), 3),
                "computed_s": round(min(took - waited for took, waited in read), 5),
                "bus": str(drivers.load(kind).BUS),
                "rails": rails(built, kind),
            }
            boot_s += [cycle["boot"][0] for cycle in cycles]
            pack_s += [cycle["pack"][0] for cycle in cycles]
    return {
        "vm": version.strip(),
        "boot_computed_s": round(min(boot_s), 5),
        "pack_computed_s": round(min(pack_s), 5),
        "drivers": found,
    }


def main() -> int:
    """Measures, writes firmware/wake_times.json and prints it."""
    RESULT.write_text(json.dumps(measure(), indent=1) + "\n")
    print(RESULT.read_text(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
