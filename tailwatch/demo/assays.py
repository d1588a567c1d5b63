"""Synthetic assays of the demo dam: drawn from a stated model, labelled synthetic wherever they show.

The model: grade of an element = mean x exp(s x field - s²/2), and the field of each element is a sum of 60 cosine waves
with random direction and phase (seed 20261125), 90 m long along the beach and 12 m down the hole, half of it shared by
all elements; beach grades (the first 120 m) are 1.15 times those at the pond. Means [mg/kg]: W 1250, Cu 1900, Sn 620,
Zn 3100, the orders of magnitude of tungsten tailings in the literature (secondary). Noise of 6 % is added to each
result; one sample in twenty is a duplicate, one a blank, and twelve standards hold the means (seed 20261127). A hole is
oxidised to 3.0 m at the crest and 4 mm a metre less towards the pond, ± 0.3 m (seed 20261126).
"""

from __future__ import annotations

import csv
import io
from typing import Final

import numpy as np

from tailings.series import Values

SEED: Final = 20_261_125
OXIDISED_SEED: Final = 20_261_126
STANDARD_SEED: Final = 20_261_127
STANDARDS: Final = 12
MEANS: Final = {"W": 1250.0, "Cu": 1900.0, "Sn": 620.0, "Zn": 3100.0}
LIMITS: Final = {"W": 5.0, "Cu": 2.0, "Sn": 5.0, "Zn": 2.0}
SPREAD: Final = 0.38
WAVES: Final = 60
NOISE: Final = 0.06
INTERVAL_M: Final = 1.5
BASE_M: Final = 318.0
TOP_M: Final = 340.0
BEACH_M: Final = 120.0
EVERY: Final = 20
LABEL: Final = "drawn from the model in tailwatch/demo/assays.py; no laboratory measured them"
PLACE: Final = ("hole", "chainage_m", "offset_m", "collar_m", "from_m", "to_m", "material")
HEADINGS: Final = (
    "sample",
    *PLACE,
    "kind",
    "of",
    "oxidised_m",
    "WO3 % [XRF]",
    "Cu ppm [ICP]",
    "Sn ppm [XRF]",
    "Zn ppm [ICP]",
)
WO3_OF_W: Final = 231.837 / 183.84


def text() -> str:
    """The laboratory file, as CSV."""
    random, oxidation = np.random.default_rng(SEED), np.random.default_rng(OXIDISED_SEED)
    fields = {element: _Field(random) for element in ("shared", *MEANS)}
    lines: list[list[str]] = []
    for number, (chainage, offset) in enumerate((x, y) for x in (30, 90, 150, 210) for y in (-40, -120, -200, -270)):
        collar = TOP_M - abs(offset) * 0.008
        oxidised_m = round(3.0 - 0.004 * abs(offset) + 0.3 * oxidation.standard_normal(), 1)
        depth = np.arange(0.0, collar - BASE_M - INTERVAL_M, INTERVAL_M)
        at = np.stack([depth * 0 + chainage, depth * 0 + offset, collar - depth - INTERVAL_M / 2], 1)
        grades = {element: _grade(element, fields, at) for element in MEANS}
        for row, top in enumerate(depth):
            place = [f"DH-{number + 1:02d}", f"{chainage}", f"{offset}", f"{collar:.2f}", f"{top:.1f}"]
            place += [f"{top + INTERVAL_M:.1f}", _material(grades["W"][row], bool(top + INTERVAL_M / 2 < oxidised_m))]
            lines += _results(
                f"S{len(lines) + 1:04d}", place, [grades[element][row] for element in MEANS], oxidised_m, random
            )
    lines += _standards(np.random.default_rng(STANDARD_SEED))
    out = io.StringIO()
    csv.writer(out).writerows([list(HEADINGS), *lines])
    return out.getvalue()


class _Field:
    """A Gaussian field by cosine waves: mean 0, variance 1."""

    def __init__(self, random: np.random.Generator) -> None:
        angle = random.uniform(0, 2 * np.pi, WAVES)
        self._wave = np.stack([np.cos(angle) / 90, np.sin(angle) / 90, random.choice([-1, 1], WAVES) / 12], 1)
        self._wave *= 2 * np.pi * random.uniform(0.3, 1.0, WAVES)[:, None]
        self._phase = random.uniform(0, 2 * np.pi, WAVES)

    def at(self, places: Values) -> Values:
        waves: Values = np.cos(places @ self._wave.T + self._phase)
        return np.asarray(waves.sum(axis=1) * np.sqrt(2 / WAVES))


def _grade(element: str, fields: dict[str, _Field], at: Values) -> Values:
    field = (fields["shared"].at(at) + fields[element].at(at)) / np.sqrt(2)
    beach = np.where(np.abs(at[:, 1]) <= BEACH_M, 1.15, 1.0)
    return np.asarray(MEANS[element] * beach * np.exp(SPREAD * field - SPREAD**2 / 2))


def _material(tungsten: float, is_oxidised: bool) -> str:
    if is_oxidised:
        return "oxidised sand"
    return "sand" if tungsten > 1500 else "sand and slimes" if tungsten > 1000 else "slimes"


def _results(
    name: str, place: list[str], grades: list[float], oxidised_m: float, random: np.random.Generator
) -> list[list[str]]:
    log = f"{oxidised_m:.1f}"
    lines = [[name, *place, "primary", "", log, *_printed(grades, random)]]
    if int(name[1:]) % EVERY == 1:
        lines.append([f"{name}D", *place, "duplicate", name, log, *_printed(grades, random)])
        lines.append([f"{name}B", *[""] * len(PLACE), "blank", "", "", *_printed([0.5] * len(MEANS), random)])
    return lines


def _standards(random: np.random.Generator) -> list[list[str]]:
    means = list(MEANS.values())
    return [
        [f"STD-{number + 1:02d}", *[""] * len(PLACE), "standard", "synthetic-1", "", *_printed(means, random)]
        for number in range(STANDARDS)
    ]


def _printed(grades: list[float], random: np.random.Generator) -> list[str]:
    cells = []
    for element, grade in zip(MEANS, grades, strict=True):
        value = grade * (1 + NOISE * random.standard_normal())
        if element == "W":
            cells.append(f"{value * WO3_OF_W / 1e4:.4f}" if value >= LIMITS[element] else "<0.0006")
        else:
            cells.append(f"{value:.0f}" if value >= LIMITS[element] else f"<{LIMITS[element]:.0f}")
    return cells
