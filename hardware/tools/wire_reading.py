"""The vibrating wire in ngspice, read as the firmware reads it: its sweep, edges by the comparator, its own estimate.

`tone` lets wires of six frequencies ring, weak and strong, right behind the end of a pluck that overloads the receiver,
with the noise that the small-signal analysis gives, and tells how far the firmware's frequency lies from the wire's.
How evenly the firmware's sweep plucks its band is computed beside it. `noise` gives the signal-to-noise ratio of a weak
wire and the gain.
"""

import math
import random
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from firmware.node.buses.vw import EDGES, SWEEP_STEPS
from firmware.node.drivers import vw_piezometer

Values = dict[str, float]
BANDS: Final = {
    450: (400, 800),
    800: (600, 1200),
    1500: (1200, 2500),
    2800: (1400, 3500),
    4500: (3500, 5500),
    6000: (5000, 6500),
}
"""Frequency of a wire [Hz] and the band that its node is set to."""
SWEEP_S: Final = vw_piezometer.SETTINGS["sweep_ms"][0] / 1000
SETTLE_S: Final = vw_piezometer.SETTINGS["settle_ms"][0] / 1000
LAST_S: Final = 0.005
"""How much of the sweep's end the circuit sees: fifty times what its filters remember."""
POINTS_A_PERIOD: Final = 40
WEAK_V: Final = 0.25e-3
"""Amplitude of the weakest wire: 0.5 mV peak to peak, what a maker's interface can detect (Campbell AVW100 manual)."""
STRONG_V: Final = 2.0e-3
"""Amplitude of the strongest wire that must not be clipped."""
SUPPLY_V, MIDDLE_V = 3.3, 1.65
WITHIN_S: Final = 300
"""A ring-down takes 2 to 4 s of a processor, and more where others want it too."""


def sweep(low_hz: float, high_hz: float) -> Iterator[tuple[float, int]]:
    """(time, level) at each change of the firmware's excitation: 32 whole frequencies, half of each period high."""
    yield 0.0, 0
    start_s, phase = 0.0, 0.0
    for step in range(SWEEP_STEPS):
        hz = int(low_hz + (high_hz - low_hz) * step / (SWEEP_STEPS - 1))
        end_s = start_s + SWEEP_S / SWEEP_STEPS
        half = math.ceil(2 * phase) if phase * 2 % 1 else int(2 * phase)
        while start_s + (half / 2 - phase) / hz < end_s:
            yield start_s + (half / 2 - phase) / hz, 1 - half % 2
            half += 1
        phase = (phase + (end_s - start_s) * hz) % 1
        start_s = end_s
    yield SWEEP_S, 0


def edges_us(times: list[float], volts: list[float]) -> list[int]:
    """Rising edges of the comparator's output [us, whole]; at most as many as are timed."""
    found = []
    for (t0, v0), (t1, v1) in zip(zip(times, volts, strict=True), zip(times[1:], volts[1:], strict=True), strict=False):
        if v0 < MIDDLE_V <= v1:
            found.append(int((t0 + (t1 - t0) * (MIDDLE_V - v0) / (v1 - v0)) * 1e6))
            if len(found) == EDGES:
                break
    return found


def tone(text: str, values: Values, bands: Mapping[int, tuple[int, int]] = BANDS) -> Values:
    """Errors of the firmware's frequency of each wire [Hz], weak and strong, and the worst place of a sweep."""
    found: Values = {"least_pluck": min(least_pluck(*band) for band in bands.values())}
    noise_v = noise(text, {**values, "amp_noise_v": 0.0})["onoise_total"]
    wires = [(hz, name, emf_v) for hz in bands for name, emf_v in (("weak", WEAK_V), ("strong", STRONG_V))]

    def error_hz(wire: tuple[int, str, float]) -> float:
        hz, _, emf_v = wire
        given = {**values, "fw": float(hz), "emf_v": emf_v, "amp_noise_v": noise_v}
        edges = edges_us(*ring_down(text, given, *bands[hz]))
        is_read = len(edges) >= vw_piezometer.LEAST_EDGES
        return abs(vw_piezometer.convert(edges, len(edges))[0] - hz) if is_read else float(hz)

    with ThreadPoolExecutor(2) as pool:  # each waits for a process of its own
        return found | {
            f"{wire[1]}_{wire[0]}": error for wire, error in zip(wires, pool.map(error_hz, wires), strict=True)
        }


def least_pluck(low_hz: float, high_hz: float) -> float:
    """How hard the firmware's sweep plucks the worst wire of its band, by the median wire: a hole is near 0.

    Exact for a wire that loses little during the sweep: each pulse of the excitation adds its Fourier part at the
    frequency of the wire.
    """
    at_s, levels = (np.array(column) for column in zip(*sweep(low_hz, high_hz), strict=True))
    hz = np.arange(low_hz + 20.0, high_hz - 20.0, 2.0)
    jumps = np.diff(levels, prepend=0)
    left = np.abs(np.exp(-2j * np.pi * np.outer(hz, at_s)) @ jumps) / hz
    return float(left.min() / np.median(left))


def ring_down(text: str, values: Values, low_hz: float, high_hz: float) -> tuple[list[float], list[float]]:
    """(times [s], volts) at the comparator, from where edges are timed to the last of them."""
    begin_s = LAST_S + SETTLE_S
    end_s = begin_s + min((EDGES + 10) / values["fw"], EDGES * 1.5 / low_hz)
    step_s = 1 / values["fw"] / POINTS_A_PERIOD
    changes = [(at - SWEEP_S + LAST_S, level) for at, level in sweep(low_hz, high_hz) if at > SWEEP_S - LAST_S]
    corners = ["0 0"]
    for at, level in changes:
        corners += [f"{at:.9g} {SUPPLY_V * (1 - level):g}", f"{at + 1e-7:.9g} {SUPPLY_V * level:g}"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "edge.txt"
        run = f"tran {step_s:g} {end_s:.6g} {begin_s:.6g} {step_s:g} uic"
        control = f"{run}\nwrdata {out} v(edge)\nquit"
        points = "\n+ ".join(corners)
        given = {**values, "pluck_s": LAST_S}
        _run(
            text,
            given,
            f"Vctl ctl 0 PWL({points})\n{hiss(int(values['fw']))}\n.control\n{control}\n.endc\n.end\n",
            Path(folder),
        )
        rows = [line.split() for line in out.read_text().splitlines()]
    return [float(row[0]) for row in rows], [float(row[1]) for row in rows]


def hiss(seed: int) -> str:
    """A source of noise that is white up to 20 kHz and the same each time: 40 tones, rms `amp_noise_v`."""
    chance = random.Random(seed)
    tones = (f"sin({chance.uniform(600, 125_000):.1f}*time+{chance.uniform(0, 6.2832):.3f})" for _ in range(40))
    return "Bnoise amp heard V={amp_noise_v*sqrt(2/40)}*(" + "+".join(tones) + ")"


def noise(text: str, values: Values) -> Values:
    """Signal-to-noise ratios at the amplifier of a weak wire, gain, and what the strongest wire makes of it."""
    found: Values = {}
    with tempfile.TemporaryDirectory() as folder:
        control = (
            "ac dec 60 50 20k\nmeas ac gain_800 find vm(amp) at=800\nmeas ac gain_2800 find vm(amp) at=2800\n"
            "meas ac gain_6000 find vm(amp) at=6000\nmeas ac gain_50 find vm(amp) at=50\n"
            "noise v(amp) Vemf dec 40 300 100k\nsetplot noise2\nprint onoise_total\nquit"
        )
        out = _run(text, values, f"Vctl ctl 0 0\nVnoise amp heard 0\n.control\n{control}\n.endc\n.end\n", Path(folder))
    for name, value in re.findall(r"^(\w+)\s*=\s*([-+\d.eE]+)", out, re.MULTILINE):
        found[name] = float(value)
    noise_v = math.hypot(found["onoise_total"], found["gain_50"] * values["pickup_uv"] * 1e-6)
    weakest = min(found["gain_800"], found["gain_2800"], found["gain_6000"])
    return {
        **found,
        "snr": WEAK_V / math.sqrt(2) * weakest / noise_v,
        "strong_2800": STRONG_V * found["gain_2800"],
        "strong_6000": STRONG_V * found["gain_6000"],
    }


def _run(text: str, values: Values, behind: str, folder: Path) -> str:
    title, _, body = text.partition("\n")
    given = "".join(f".param {name}={value!r}\n" for name, value in values.items())
    file = folder / "wire.cir"
    file.write_text(f"{title}\n{given}{body}{behind}")
    done = subprocess.run(["ngspice", "-b", str(file)], capture_output=True, text=True, timeout=WITHIN_S)
    return done.stdout + done.stderr


RUNS: Final[dict[str, Callable[[str, Values], Values]]] = {"wire-tone": tone, "wire-noise": noise}
