"""Composites: assay intervals of a hole averaged over one length, so that each sample weighs the same.

Source: length-weighted compositing as in any text on resource estimation (secondary); the test reckons by hand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tailings.series import Values


class Intervals(NamedTuple):
    """Pieces of holes: number of the hole, depths [m] of top and bottom, domain, and grades (n, elements); a grade that
    was not measured is NaN."""

    hole: NDArray[np.int64]
    top_m: Values
    bottom_m: Values
    domain: NDArray[np.int64]
    grade: Values


def by_length(pieces: Intervals, length_m: float, least_share: float = 0.5) -> Intervals:
    """Average the pieces over `length_m`, from the top of each hole; a composite does not cross a domain.

    A piece that is longer stays as it is: to cut it would make several results of one that was measured.

    A composite that is measured over less than `least_share` of its length is left out for that element (NaN), and
    wholly when no element is left. Raises ValueError where pieces of a hole overlap.
    """
    made = [_of_run(pieces, rows, length_m, least_share) for rows in _runs(pieces, length_m)]
    if not made:
        return pieces
    hole, top, bottom, domain, grade = (np.concatenate(column) for column in zip(*made, strict=True))
    kept = ~np.isnan(grade).all(axis=1)
    return Intervals(hole[kept], top[kept], bottom[kept], domain[kept], grade[kept])


def longest_m(length_m: float) -> float:
    """Return how long a piece may be to be averaged over a length: depths are rounded."""
    return length_m * (1 + 1e-9)


def _runs(pieces: Intervals, length_m: float) -> list[NDArray[np.int64]]:
    """Rows of pieces that follow one another in one hole and one domain; of one that is longer, this alone."""
    order = np.lexsort((pieces.top_m, pieces.hole))
    hole, domain = pieces.hole[order], pieces.domain[order]
    top, bottom = pieces.top_m[order], pieces.bottom_m[order]
    same = hole[1:] == hole[:-1]
    if (same & (top[1:] < bottom[:-1] - 1e-6)).any():
        raise ValueError("two intervals of one hole overlap; correct their depths")
    alone = bottom - top > longest_m(length_m)
    breaks = np.flatnonzero(~same | (domain[1:] != domain[:-1]) | alone[1:] | alone[:-1]) + 1
    return list(np.split(order, breaks)) if len(order) else []


def _of_run(pieces: Intervals, rows: NDArray[np.int64], length_m: float, least_share: float) -> Intervals:
    first, last = pieces.top_m[rows[0]], pieces.bottom_m[rows[-1]]
    if len(rows) == 1:
        length_m = max(length_m, float(last - first))
    count = max(1, int(np.ceil((last - first) / length_m - 1e-9)))
    top = first + length_m * np.arange(count)
    bottom = np.minimum(top + length_m, last)
    inside = np.minimum(bottom[:, None], pieces.bottom_m[rows]) - np.maximum(top[:, None], pieces.top_m[rows])
    weight = np.maximum(inside, 0.0)
    known = ~np.isnan(pieces.grade[rows])
    measured = weight @ known
    total = weight @ np.where(known, pieces.grade[rows], 0.0)
    enough = measured >= least_share * length_m - 1e-9
    grade = np.where(enough, total / np.where(measured > 0, measured, 1.0), np.nan)
    same = np.full(count, 0)
    return Intervals(same + pieces.hole[rows[0]], top, bottom, same + pieces.domain[rows[0]], grade)
