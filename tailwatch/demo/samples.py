"""Synthetic water samples of the demo dam: a year, month by month, from a stated model; their points say synthetic.

The model: each analyte = level of its point x (1 + SWING x a year's wave) x (1 + NOISE x a normal number), seed
20261126. Levels are invented, of the order of a stream above and below a tungsten mine and of its seepage; below the
dam cadmium is above its annual mean, which is what the page has to show.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

SEED: Final = 20_261_126
MONTHS: Final = 12
LAST_DAY: Final = 28
"""Of a month, on which a sample is taken at the latest: every month has one."""
SWING: Final = 0.15
NOISE: Final = 0.08
LABORATORY: Final = "synthetic: no laboratory measured it"
COLUMNS: Final = {  # limit of quantification, digits
    "pH": (0.0, 2),
    "EC uS/cm": (1.0, 0),
    "CaCO3 mg/L total": (1.0, 0),
    "SO4 mg/L dissolved": (1.0, 0),
    "Cd ug/L dissolved [ICP-MS]": (0.03, 3),
    "Ni ug/L dissolved [ICP-MS]": (0.2, 2),
    "As ug/L dissolved [ICP-MS]": (0.2, 1),
    "Zn ug/L dissolved [ICP-MS]": (1.0, 0),
}
POINTS: Final = {
    "synthetic-stream-above": ("surface water", (7.1, 118.0, 46.0, 14.0, 0.03, 0.6, 1.1, 6.0)),
    "synthetic-stream-below": ("surface water", (6.6, 342.0, 88.0, 96.0, 0.21, 3.4, 2.6, 61.0)),
    "synthetic-weir": ("seepage", (4.5, 2080.0, 640.0, 1240.0, 3.1, 58.0, 14.0, 910.0)),
}


def text(began_s: int) -> str:
    """The laboratory's file, as CSV: the last sample a week before `began_s` [Unix s], and back through a year."""
    random = np.random.default_rng(SEED)
    last = datetime.fromtimestamp(began_s, UTC).replace(hour=10, minute=0, second=0) - timedelta(days=7)
    lines = [["sample", "point", "medium", "time", "laboratory", *COLUMNS]]
    for month in reversed(range(MONTHS)):
        taken_at = _months_before(last, month)
        wave = np.cos(2 * np.pi * (taken_at.timetuple().tm_yday - 240) / 365.25)  # strongest in late summer
        for point, (medium, levels) in POINTS.items():
            name = f"syn-{taken_at:%Y%m%d}-{point.rpartition('-')[2]}"
            results = [_printed(column, level, wave, random) for column, level in zip(COLUMNS, levels, strict=True)]
            lines.append([name, point, medium, taken_at.isoformat(), LABORATORY, *results])
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _months_before(time: datetime, months: int) -> datetime:
    year, month = divmod(time.year * 12 + time.month - 1 - months, 12)
    return time.replace(year=year, month=month + 1, day=min(time.day, LAST_DAY))


def _printed(column: str, level: float, wave: float, random: np.random.Generator) -> str:
    least, digits = COLUMNS[column]
    noise = random.standard_normal()
    value = level + 0.08 * noise - 0.1 * wave if column == "pH" else level * (1 + SWING * wave) * (1 + NOISE * noise)
    return f"{value:.{digits}f}" if value >= least else f"<{least:g}"
