"""The simulated vibrating wire: edges and samples of a decaying tone with noise, from what the simulator says.

Channels of an instrument: `frequency` (Hz), `signal` (V, default 0.5), `noise` (V, default 0.005), `decay` (amplitude
kept after 51 ms, default 0.8). Faults: `no-signal`, `noise`.
"""

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from .world import World

SAMPLE_US = 50.0
DECAY_US = 51200.0


class Noise:
    """A small seeded generator, so that a run can be repeated (Numerical Recipes' linear congruence)."""

    def __init__(self, seed: int) -> None:
        self._state = seed & 0xFFFFFFFF

    def next(self) -> float:
        """A number from -1 to 1."""
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return self._state / 0x80000000 - 1


noise = Noise(1)


def rings(world: "World", low_hz: float, high_hz: float) -> bool:
    """Whether the wire was plucked by a sweep from `low_hz` to `high_hz`."""
    frequency_hz = world.quantity("frequency")
    return frequency_hz is not None and low_hz <= frequency_hz <= high_hz and world.fault() != "no-signal"


def edges(world: "World", times_us: "array[int]", limit_ms: int) -> int:
    """Fills in the times of rising edges; the comparator's jitter follows from the noise."""
    frequency_hz = world.quantity("frequency", 1000.0) or 1000.0
    period_us = 1e6 / frequency_hz
    signal_v, noise_v = world.quantity("signal", 0.5) or 0.5, world.quantity("noise", 0.005) or 0.0
    jitter_us = period_us / 2 if world.fault() == "noise" else period_us * min(noise_v / signal_v, 1.0) / (2 * math.pi)
    count = min(len(times_us), int(limit_ms * 1000 / period_us))
    for i in range(count):
        times_us[i] = int((i + 1) * period_us + jitter_us * noise.next() + 0.5)
    return count


def samples(world: "World", codes: "array[int]", full_scale_v: float) -> float:
    """Fills in 16-bit codes around half scale; returns the time between two in us."""
    frequency_hz = world.quantity("frequency", 1000.0) or 1000.0
    amplitude = (world.quantity("signal", 0.5) or 0.5) / full_scale_v * 65535
    scatter = (world.quantity("noise", 0.005) or 0.0) / full_scale_v * 65535
    step = 2 * math.pi * frequency_hz * SAMPLE_US / 1e6
    fade = (world.quantity("decay", 0.8) or 0.8) ** (SAMPLE_US / DECAY_US)
    for i in range(len(codes)):
        code = 32768 + amplitude * math.sin(step * i) + scatter * noise.next()
        codes[i] = min(65535, max(0, int(code)))
        amplitude *= fade
    return SAMPLE_US
