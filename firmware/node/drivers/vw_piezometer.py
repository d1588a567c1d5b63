"""Vibrating-wire piezometer: frequency, what judges it, and the resistance of its thermistor, all as measured.

A sweep through the instrument's band plucks the wire. After the sweep has died away the rising edges of the signal are
timed; the frequency is the slope of a least-squares line through them, and the scatter about that line rejects noise.
The same signal, sampled, gives the amplitude at that frequency, the noise beside it and how fast it decays.

Source: secondary; no maker's datasheet was read for this file. That a ratio above about 10 is a good signal, near 1
noise, and that a fast decay points to a damaged wire, is what makers of readouts say; nothing is decided by it here.
The sampling needs about 20,000 conversions a second for the upper end of the band (computed from the band, not
measured on a board).
"""

import math

from ..buses.vw import EDGES, SAMPLES
from . import ReadFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..buses.vw import VwBus

BUS = "vw"
WARM_UP_S = 0.05
SETTINGS = {
    "channel": (0, 0, 3),
    "band_low_hz": (1400.0, 300.0, 6500.0),
    "band_high_hz": (3500.0, 300.0, 6500.0),
    "sweep_ms": (150, 10, 1000),
    "settle_ms": (20, 1, 500),
    "has_thermistor": (1, 0, 1),
}
LEAST_EDGES = 32
MOST_SCATTER = 0.05  # of a period; white noise through a comparator gives about 0.3


def channels(settings: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Frequency, signal-to-noise ratio, amplitude, decay ratio and, where there is one, the thermistor."""
    found: tuple[tuple[str, str], ...] = (("frequency", "Hz"), ("snr", "1"), ("amplitude", "V"), ("decay", "1"))
    if settings["has_thermistor"]:
        found += (("thermistor", "Ohm"),)
    return found


def convert(edges_us: "Sequence[int]", count: int) -> tuple[float, float]:
    """(frequency in Hz, scatter as a fraction of the period) of the first `count` times of rising edges in us.

    Least squares of time over edge number; the slope is the period. Sums of integers are exact on every board.
    """
    start = edges_us[0]
    sum_t = sum_it = 0
    for i in range(count):
        elapsed = edges_us[i] - start
        sum_t += elapsed
        sum_it += i * elapsed
    sum_i = count * (count - 1) // 2
    spread = count * (count - 1) * (2 * count - 1) // 6 * count - sum_i * sum_i
    period_us = (count * sum_it - sum_i * sum_t) / spread
    if period_us <= 0:
        raise ReadFailed("no-signal", "edges out of order")
    middle_us, middle = sum_t / count, (count - 1) / 2
    square = 0.0
    for i in range(count):
        off = edges_us[i] - start - middle_us - (i - middle) * period_us
        square += off * off
    return 1e6 / period_us, math.sqrt(square / count) / period_us


def tone(samples: "Sequence[int]", first: int, count: int, turns_per_sample: float) -> tuple[float, float]:
    """(amplitude of the tone, rms of the rest) in counts, over `count` samples from `first`.

    Quadrature demodulation at a known frequency, given in turns a sample; a microcontroller's share of a spectrum.
    """
    mean = 0.0
    for i in range(first, first + count):
        mean += samples[i]
    mean /= count
    in_phase = quadrature = square = 0.0
    step = 2 * math.pi * turns_per_sample
    for i in range(count):
        value = samples[first + i] - mean
        angle = step * i
        in_phase += value * math.cos(angle)
        quadrature += value * math.sin(angle)
        square += value * value
    amplitude = 2 * math.sqrt(in_phase * in_phase + quadrature * quadrature) / count
    return amplitude, math.sqrt(max(square / count - amplitude * amplitude / 2, 0.0))


def read(bus: "VwBus", settings: dict[str, float]) -> tuple[tuple[str, float, str], ...]:
    """One reading: pluck, count, judge; then the thermistor."""
    low_hz, high_hz = settings["band_low_hz"], settings["band_high_hz"]
    bus.pluck(low_hz, high_hz, int(settings["sweep_ms"]), int(settings["settle_ms"]))
    edges_us, count = bus.edges(int(EDGES * 1500 / low_hz))
    if count < LEAST_EDGES:
        raise ReadFailed("no-signal", "%d edges" % count)
    frequency_hz, scatter = convert(edges_us, count)
    if scatter > MOST_SCATTER:
        raise ReadFailed("noise", "edges scatter by %.2f of a period" % scatter)
    if not low_hz <= frequency_hz <= high_hz:
        raise ReadFailed("out-of-band", "%.1f Hz" % frequency_hz)
    signal = _judged(bus, frequency_hz)
    if settings["has_thermistor"]:
        signal += (("thermistor", round(bus.thermistor_ohm(), 1), "Ohm"),)
    return signal


def _judged(bus: "VwBus", frequency_hz: float) -> tuple[tuple[str, float, str], ...]:
    samples, period_us = bus.samples()
    turns = frequency_hz * period_us / 1e6
    quarter = SAMPLES // 4
    early, noise = tone(samples, 0, quarter, turns)
    late, _ = tone(samples, SAMPLES - quarter, quarter, turns)
    # One count of quantisation is the least noise there is, so that a clean signal has a finite ratio.
    ratio = early / math.sqrt(2) / max(noise, 1.0)
    return (
        ("frequency", round(frequency_hz, 2), "Hz"),
        ("snr", round(ratio, 1), "1"),
        ("amplitude", round(early * bus.volts_per_count, 4), "V"),
        ("decay", round(late / early, 3) if early else 0.0, "1"),
    )
