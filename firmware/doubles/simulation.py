"""Simulation: the simulator's side of the doubles, which boards/unix uses beside `machine`."""

import time

from firmware.boards.unix.pins import CONSTANTS
from firmware.doubles.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from firmware.doubles.rail_log import RailLog

world = World()
rail_log: "RailLog | None" = None  # where sim.json asks for it; it costs heap
sweep_hz = [0.0, 0.0]  # lowest and highest frequency of the last excitation
sounding_hz = 0.0  # of the excitation, while it is on
# Faults that a simulated part acts out; any other reason is given to the driver's caller as it stands.
ACTED_OUT = (
    "no-signal",
    "noise",
    "open-circuit",
    "short-circuit",
    "open-loop",
    "adc-absent",
    "timeout",
    "crc",
    "garbled",
)


def capture_edges(times_us: "array[int]", limit_ms: int) -> int:
    """Edges of the wire, if the last sweep met its frequency."""
    from firmware.doubles import wire_signal

    if world.bench():
        from firmware.doubles import bench

        return bench.edges(times_us, sounding_hz, limit_ms)
    if not wire_signal.rings(world, sweep_hz[0], sweep_hz[1]):
        return 0
    return wire_signal.edges(world, times_us, limit_ms)


def capture_samples(codes: "array[int]") -> float:
    """Samples of the wire; the time between two in us."""
    from firmware.doubles import wire_signal

    return wire_signal.samples(world, codes, CONSTANTS["adc_reference_v"])


def pulse_total() -> int:
    """Tips of the bucket so far: the simulator's channel `count`."""
    return int(world.quantity("count", 0) or 0)


def rtc_s() -> int:
    """The host's clock, off by what the simulator says."""
    return int(time.time()) + world.rtc_step_s()
